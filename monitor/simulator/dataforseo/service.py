"""The service: who may call it, and which call is which."""

import base64
import hmac
from typing import Any

from monitor.simulator.dataforseo.collecting import collect
from monitor.simulator.dataforseo.envelope import (
    EMPTY,
    INVALID,
    NO_SUCH_CALL,
    PAYMENT_REQUIRED,
    UNAUTHORISED,
    envelope,
    refused,
    task_row,
)
from monitor.simulator.dataforseo.lists import id_list, ready, user_data
from monitor.simulator.dataforseo.paths import ECHO, ID_LIST, TASK_GET, TASK_POST, TASKS_READY, USER_DATA
from monitor.simulator.dataforseo.posting import accept
from monitor.simulator.faults import Fault
from monitor.simulator.parts import Parts
from monitor.simulator.tasks import new_id
from monitor.simulator.wire import Request, Response, html_response, read_json

LOGIN = PASSWORD = "simulator"  # noqa: S105 - no secret, everybody may know it
_ALLOWED = b"Basic " + base64.b64encode(f"{LOGIN}:{PASSWORD}".encode())


def tags_of(parts: Parts, request: Request) -> list[str]:
    """The tags that a call is about."""
    if request.path == TASK_POST:
        tasks = _json(request.body)
        rows = tasks if isinstance(tasks, list) else []
        return [str(row.get("tag") or "") for row in rows if isinstance(row, dict)]
    if request.path.startswith(TASK_GET):
        task = parts.tasks.find(request.path.removeprefix(TASK_GET))
        return [task.tag] if task else []
    return []


def refusal(status: int) -> Response:
    """What an HTTP status of the service looks like."""
    known = {401: UNAUTHORISED, 402: PAYMENT_REQUIRED, 500: 50000}.get(status)
    return refused(known) if known else html_response(str(status), status)


class DataForSEO:
    """The service over the simulator's parts."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def answer(self, request: Request, fault: Fault | None) -> Response:
        """The answer to one call; a fault may still change what it says of its tasks."""
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), _ALLOWED):
            return refused(UNAUTHORISED)
        match request.method, request.path:
            case "POST", path if path == TASK_POST:
                return self._post(request.body, fault)
            case "GET", path if path.startswith(TASK_GET):
                return envelope([collect(self._parts, path.removeprefix(TASK_GET), fault)])
            case _, path if fault and fault.code:
                task_id = new_id(self._parts.clock.now())
                return envelope([task_row(path, task_id=task_id, code=fault.code, data=ECHO)])
            case "GET", path if path == TASKS_READY:
                return envelope([ready(self._parts)])
            case "POST", path if path == ID_LIST:
                return self._id_list(request.body)
            case "GET", path if path == USER_DATA:
                return envelope([user_data(self._parts)])
        return refused(NO_SUCH_CALL, 404)

    def _post(self, body: bytes, fault: Fault | None) -> Response:
        tasks = _json(body)
        if not body.strip() or tasks == []:
            return refused(EMPTY)
        if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
            return refused(INVALID)
        with self._parts.state.transaction():
            return envelope([accept(self._parts, task, place, fault) for place, task in enumerate(tasks)])

    def _id_list(self, body: bytes) -> Response:
        match _json(body):
            case [dict(question)]:
                return envelope([id_list(self._parts, question)])
        return refused(INVALID)


def _json(body: bytes) -> Any:
    """What a body holds, or None when it is no JSON."""
    try:
        return read_json(body)
    except ValueError:
        return None
