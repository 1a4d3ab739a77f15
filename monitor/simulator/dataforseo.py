"""DataForSEO v3, Google Search By Image: tasks are paid at the POST, done a little later and collected by id."""

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from monitor.simulator import google
from monitor.simulator.clock import wire_time
from monitor.simulator.envelope import (
    CREATED,
    EMPTY,
    ENGINE_FAILED,
    EXPIRED,
    INVALID,
    INVALID_FIELD,
    NO_SUCH_CALL,
    NOTHING_FOUND,
    OK,
    PARTIAL,
    PAYMENT_REQUIRED,
    QUEUED,
    SURPLUS,
    TASK_UNKNOWN,
    UNAUTHORISED,
    Row,
    envelope,
    refused,
    task_row,
)
from monitor.simulator.faults import Fault
from monitor.simulator.fields import problem
from monitor.simulator.parts import Parts
from monitor.simulator.tasks import KEPT_SECONDS, MOST_ROWS, Task, new_id
from monitor.simulator.wire import Request, Response, html_response

LOGIN = PASSWORD = "simulator"  # noqa: S105 - printed in the documentation
BASE = "/v3/serp/google/search_by_image"
TASK_POST, TASKS_READY, TASK_GET = f"{BASE}/task_post", f"{BASE}/tasks_ready", f"{BASE}/task_get/advanced/"
ID_LIST, USER_DATA = "/v3/serp/id_list", "/v3/appendix/user_data"
MOST_TASKS = 100
PRICE, HIGH_PRICE = 0.0006, 0.0012
SECONDS, HIGH_SECONDS = 20.0, 2.0
DEPOSIT = 1000.0
# How a task that was accepted and paid for may end; every other code refuses it at the POST.
LATE_CODES = (40101, 40102, 40103, 40106, 40402, 40403, 40408, 50402)
_ECHO = {"api": "serp", "se": "google", "se_type": "search_by_image"}
_DEVICE = {"device": "desktop", "os": "windows"}


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
    return refused(known, status) if known else html_response(f"{status}", status)


class DataForSEO:
    """The service."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def answer(self, request: Request, fault: Fault | None) -> Response:
        """The answer to one call; a fault may still change what it says of its tasks."""
        if not _is_allowed(request):
            return refused(UNAUTHORISED)
        match request.method, request.path:
            case "POST", path if path == TASK_POST:
                return self._post(request, fault)
            case "GET", path if path.startswith(TASK_GET):
                return self._get(path, fault)
            case _ if fault and fault.number:
                data = {**_ECHO, "function": request.path.rpartition("/")[2]}
                return envelope([self._row(request.path, data, code=fault.number)])
            case "GET", path if path == TASKS_READY:
                return self._ready(path)
            case "POST", path if path == ID_LIST:
                return self._id_list(request)
            case "GET", path if path == USER_DATA:
                return self._user_data(path)
        return refused(NO_SUCH_CALL, 404)

    def _post(self, request: Request, fault: Fault | None) -> Response:
        tasks = _json(request.body)
        if not request.body.strip() or tasks == []:
            return refused(EMPTY)
        if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
            return refused(INVALID)
        with self._parts.state.transaction():
            return envelope([self._accept(task, place, fault) for place, task in enumerate(tasks)])

    def _accept(self, fields: dict[str, Any], place: int, fault: Fault | None) -> Row:
        hit = fault if fault and fault.hits_tag(str(fields.get("tag") or "")) else None
        data = {**_ECHO, "function": "task_post", **fields, **_DEVICE}
        code = hit.number if hit else 0
        if place >= MOST_TASKS:
            return self._row(TASK_POST, data, code=SURPLUS)
        if wrong := problem(fields):
            return self._row(TASK_POST, data, code=wrong[0], detail=wrong[1])
        if code and code not in LATE_CODES:
            return self._row(TASK_POST, data, code=code)
        task = self._new_task(fields, code=code or OK, is_lost=bool(hit and hit.do == "lost"))
        self._parts.tasks.add(task)
        self._parts.ledger.charge(task.tag, task.cost)
        return task_row(TASK_POST, task_id=task.id, code=CREATED, cost=task.cost, data=data)

    def _new_task(self, fields: dict[str, Any], *, code: int, is_lost: bool) -> Task:
        now, is_high = self._parts.clock.now(), fields.get("priority") == 2
        return Task(
            id=new_id(now),
            tag=str(fields.get("tag") or ""),
            fields={name: value for name, value in fields.items() if value is not None},
            cost=HIGH_PRICE if is_high else PRICE,
            code=code,
            posted_at=now,
            done_at=now + (HIGH_SECONDS if is_high else SECONDS),
            world_at=self._parts.searches.world_at("google", fields["image_url"], now),
            is_lost=is_lost,
        )

    def _get(self, path: str, fault: Fault | None) -> Response:
        task_id = path.removeprefix(TASK_GET)
        task = self._parts.tasks.find(task_id)
        echo = {**_ECHO, "function": "task_get"}
        if not task or task.is_lost or (fault and fault.do == "lost"):
            return envelope([task_row(path, task_id=task_id, code=TASK_UNKNOWN, data=echo)])
        data = {**echo, **task.fields, **_DEVICE}
        code, result = self._outcome(task, fault)
        return envelope([task_row(path, task_id=task_id, code=code, data=data, result=result)])

    def _outcome(self, task: Task, fault: Fault | None) -> tuple[int, Sequence[Row] | None]:
        """How a task stands; looking at a finished one takes it off the list of finished ones."""
        now = self._parts.clock.now()
        if fault and fault.number:
            return fault.number, None
        if now < task.done_at:
            return QUEUED, None
        if now > task.done_at + KEPT_SECONDS:
            return EXPIRED, None
        code, result = self._finished(task)
        self._parts.tasks.collect(task, code)
        return code, result

    def _finished(self, task: Task) -> tuple[int, Sequence[Row] | None]:
        if task.code not in (OK, PARTIAL):
            return task.code, None
        original = self._parts.library.from_url(task.fields["image_url"])
        if original is None:
            return ENGINE_FAILED, None
        hour = int(task.world_at // 3600)
        found = google.result(original.sha256, hour, task.fields, wire_time(task.done_at))
        if task.code == PARTIAL:
            found["items"] = found["items"][: len(found["items"]) // 2]
            found["items_count"] = len(found["items"])
        return (task.code, [found]) if found["items"] else (NOTHING_FOUND, None)

    def _ready(self, path: str) -> Response:
        rows = [
            {
                "id": task.id,
                "se": "google",
                "se_type": "search_by_image",
                "date_posted": wire_time(task.posted_at),
                "tag": task.tag,
                "endpoint_regular": None,
                "endpoint_advanced": f"{TASK_GET}{task.id}",
                "endpoint_html": None,
            }
            for task in self._parts.tasks.ready(self._parts.clock.now())
        ]
        return envelope([self._row(path, {**_ECHO, "function": "tasks_ready"}, result=rows or None)])

    def _id_list(self, request: Request) -> Response:
        asked = _json(request.body)
        question = asked[0] if isinstance(asked, list) and asked else None
        if not isinstance(question, dict):
            return refused(INVALID)
        data = {"api": "serp", "function": "id_list", **question}
        since, until = _moment(question.get("datetime_from")), _moment(question.get("datetime_to"))
        if since is None or until is None:
            name = "datetime_from" if since is None else "datetime_to"
            return envelope([self._row(ID_LIST, data, code=INVALID_FIELD, detail=name)])
        tasks = self._parts.tasks.posted(
            since,
            until,
            limit=min(MOST_ROWS, max(1, int(question.get("limit") or MOST_ROWS))),
            offset=max(0, int(question.get("offset") or 0)),
            newest_first=question.get("sort") == "desc",
        )
        with_metadata = bool(question.get("include_metadata"))
        rows = [self._listed(task, with_metadata=with_metadata) for task in tasks]
        return envelope([self._row(ID_LIST, data, result=rows or None)])

    def _listed(self, task: Task, *, with_metadata: bool) -> Row:
        is_done = self._parts.clock.now() >= task.done_at
        metadata = {"metadata": {**_ECHO, "function": "task_post", **task.fields, **_DEVICE}}
        return {
            "id": task.id,
            "url": TASK_POST.strip("/"),
            "datetime_posted": wire_time(task.posted_at),
            "datetime_done": wire_time(task.done_at) if is_done else None,
            "status": str(task.code if is_done else CREATED),
            "cost": task.cost,
            **(metadata if with_metadata else {}),
        }

    def _user_data(self, path: str) -> Response:
        spent = self._parts.ledger.total()
        price = {name: [{"cost_type": "per_request", "cost": cost}] for name, cost in _PRICES.items()}
        found = {
            "login": LOGIN,
            "timezone": "UTC",
            "rates": {"limits": {"minute": {"serp": {"task_post": 2000, "tasks_ready": 20, "id_list": 10}}}},
            "money": {"total": DEPOSIT, "balance": round(DEPOSIT - spent, 6)},
            "price": {"serp": {"task_post": price}},
        }
        return envelope([self._row(path, {"api": "appendix", "function": "user_data"}, result=[found])])

    def _row(
        self,
        path: str,
        data: Mapping[str, Any],
        *,
        code: int = OK,
        detail: str = "",
        result: Sequence[Row] | None = None,
    ) -> Row:
        """A row that stands for no accepted task; it has an id all the same."""
        task_id = new_id(self._parts.clock.now(), "0087")
        return task_row(path, task_id=task_id, code=code, detail=detail, data=data, result=result)


_PRICES = {"priority_low": PRICE, "priority_normal": PRICE, "priority_high": HIGH_PRICE}


def _is_allowed(request: Request) -> bool:
    pair = base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Basic {pair}".encode())


def _json(body: bytes) -> Any:
    """What a body holds, or None when it is no JSON."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def _moment(value: Any) -> float | None:
    """Seconds since the epoch from the provider's way of writing a moment."""
    try:
        return datetime.strptime(str(value), "%Y-%m-%d %H:%M:%S %z").astimezone(UTC).timestamp()
    except ValueError:
        return None
