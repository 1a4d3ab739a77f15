"""The service: who may call it, how often, and which call is which."""

import base64
import hmac
from collections.abc import Callable, Mapping
from typing import Any

from monitor.simulator.dataforseo import account, lists, places, troubles
from monitor.simulator.dataforseo.codes import (
    EMPTY,
    INVALID,
    NO_SUCH_CALL,
    PAYMENT_REQUIRED,
    TOO_MANY_CALLS,
    UNAUTHORISED,
)
from monitor.simulator.dataforseo.collecting import collect
from monitor.simulator.dataforseo.envelope import Row, envelope, refused, task_row
from monitor.simulator.dataforseo.paths import (
    CODES,
    ECHO,
    ERRORS,
    ID_LIST,
    LANGUAGES,
    LOCATIONS,
    RESEND,
    STATUS,
    TASK_GET,
    TASK_POST,
    TASKS_FIXED,
    TASKS_READY,
    USER_DATA,
)
from monitor.simulator.dataforseo.posting import Purse, accept, tag_of
from monitor.simulator.faults import AT_COLLECTING
from monitor.simulator.parts import Parts
from monitor.simulator.script import Mishaps
from monitor.simulator.tasks import new_id
from monitor.simulator.wire import Request, Response, html_response

LOGIN = PASSWORD = "simulator"  # noqa: S105 - no secret, everybody may know it
MINUTE = 60
_ALLOWED = b"Basic " + base64.b64encode(f"{LOGIN}:{PASSWORD}".encode())
_STATUSES: Mapping[int, int] = {401: UNAUTHORISED, 402: PAYMENT_REQUIRED, 500: 50000}
_GETS: Mapping[str, Callable[[Parts], Row]] = {
    TASKS_READY: lists.ready,
    TASKS_FIXED: lists.fixed,
    LOCATIONS: places.locations,
    LANGUAGES: places.languages,
    USER_DATA: account.user_data,
    STATUS: account.status,
    CODES: account.codes,
}
_QUESTIONS: Mapping[str, Callable[[Parts, Mapping[str, Any]], Row]] = {
    ID_LIST: lists.id_list,
    ERRORS: troubles.errors,
}


class DataForSEO:
    """The service over the simulator's parts."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def tags_of(self, request: Request) -> list[str]:
        """The tags that a call is about."""
        if request.path == TASK_POST:
            rows = request.json if isinstance(request.json, list) else []
            return [tag_of(row) for row in rows if isinstance(row, dict)]
        task = self._parts.tasks.find(request.path.removeprefix(TASK_GET))
        return [task.tag] if task else []

    def refusal(self, mishaps: Mishaps) -> Response | None:
        """The answer to a call that is refused as a whole by the script."""
        if "envelope" in mishaps:
            return refused(int(mishaps["envelope"]))
        if "http" in mishaps:
            status = int(mishaps["http"])
            return refused(_STATUSES[status]) if status in _STATUSES else html_response(str(status), status)
        return None

    def answer(self, request: Request, mishaps: Mishaps) -> Response:
        """The answer to one call, with what is left of its limit."""
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), _ALLOWED):
            return refused(UNAUTHORISED)
        parts, limits = self._parts, self._parts.dials.now.limits
        headers: tuple[tuple[str, str], ...] = ()
        for name in ("total", request.path.rpartition("/")[2]):
            if name in limits:
                found = parts.rates.take(name, limits[name], parts.clock.now(), MINUTE)
                left = str(max(0, found.left))
                headers = (("X-RateLimit-Limit", str(found.limit)), ("X-RateLimit-Remaining", left))
                if found.left < 0:
                    return refused(TOO_MANY_CALLS).with_headers(headers)
        if "foreign_ready" in mishaps:
            lists.add_foreign(parts, int(mishaps["foreign_ready"]))
        return self._carry_out(request).with_headers(headers)

    def _carry_out(self, request: Request) -> Response:
        parts, path = self._parts, request.path
        if request.method == "POST" and path == TASK_POST:
            return self._post(request)
        if request.method == "GET" and path.startswith(TASK_GET):
            return envelope([collect(parts, path.removeprefix(TASK_GET))])
        (mishaps,) = parts.script.of_tasks(path, [""], AT_COLLECTING)
        if "code" in mishaps:
            task_id = new_id(parts.clock.now())
            return envelope([task_row(path, task_id=task_id, code=int(mishaps["code"]), data=ECHO)])
        if request.method == "GET" and path in _GETS:
            return envelope([_GETS[path](parts)])
        if request.method == "GET" and path.startswith(f"{LOCATIONS}/"):
            return envelope([places.locations(parts, path.rpartition("/")[2])])
        if request.method == "POST" and path in _QUESTIONS:
            return self._question(request)
        if request.method == "POST" and path == RESEND:
            rows = _rows(request)
            return (
                envelope(troubles.resend(parts, rows)) if rows else refused(EMPTY if rows == [] else INVALID)
            )
        return refused(NO_SUCH_CALL)

    def _post(self, request: Request) -> Response:
        rows = _rows(request)
        if not rows:
            return refused(INVALID if rows is None else EMPTY)
        with self._parts.state.transaction():
            purse = Purse(self._parts, self._parts.clock.now())
            if purse.is_empty:
                return refused(PAYMENT_REQUIRED)
            return envelope(accept(self._parts, rows, purse))

    def _question(self, request: Request) -> Response:
        match _rows(request):
            case [question]:
                return envelope([_QUESTIONS[request.path](self._parts, question)])
        return refused(INVALID)


def _rows(request: Request) -> list[dict[str, Any]] | None:
    """The objects of a body; empty for an empty one, None for a body that is no list of objects."""
    rows = request.json if request.body.strip() else []
    is_good = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    return rows if is_good else None
