"""The account's lists: tasks that are done, all tasks of a time, and the account itself."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.simulator.clock import wire_time
from monitor.simulator.dataforseo.envelope import CREATED, INVALID_FIELD, Row, task_row
from monitor.simulator.dataforseo.paths import (
    DEVICE,
    ECHO,
    ID_LIST,
    TASK_GET,
    TASK_POST,
    TASKS_READY,
    USER_DATA,
)
from monitor.simulator.dataforseo.posting import HIGH_PRICE, PRICE
from monitor.simulator.parts import Parts
from monitor.simulator.tasks import MOST_ROWS, Task, new_id

DEPOSIT = 1000.0
_PRICES = {"priority_low": PRICE, "priority_normal": PRICE, "priority_high": HIGH_PRICE}


def ready(parts: Parts) -> Row:
    """The tasks that are done and were not collected yet."""
    now = parts.clock.now()
    rows = [_ready(task) for task in parts.tasks.ready(now)]
    data = {**ECHO, "function": "tasks_ready"}
    return task_row(TASKS_READY, task_id=new_id(now, "0087"), data=data, result=rows or None)


def id_list(parts: Parts, question: Mapping[str, Any]) -> Row:
    """A page of the tasks posted between two moments."""
    now, data = parts.clock.now(), {"api": "serp", "function": "id_list", **question}
    task_id = new_id(now, "0521")
    since, until = _moment(question.get("datetime_from")), _moment(question.get("datetime_to"))
    if since is None or until is None:
        name = "datetime_from" if since is None else "datetime_to"
        return task_row(ID_LIST, task_id=task_id, code=INVALID_FIELD, detail=name, data=data)
    limit, offset = question.get("limit", MOST_ROWS), question.get("offset", 0)
    if not isinstance(limit, int) or not 1 <= limit <= MOST_ROWS:
        return task_row(ID_LIST, task_id=task_id, code=INVALID_FIELD, detail="limit", data=data)
    if not isinstance(offset, int) or not 0 <= offset < 2**63:
        return task_row(ID_LIST, task_id=task_id, code=INVALID_FIELD, detail="offset", data=data)
    is_newest_first = question.get("sort") == "desc"
    tasks = parts.tasks.posted(since, until, limit=limit, offset=offset, newest_first=is_newest_first)
    with_metadata = bool(question.get("include_metadata"))
    rows = [_listed(task, now, with_metadata=with_metadata) for task in tasks]
    return task_row(ID_LIST, task_id=task_id, data=data, result=rows or None)


def user_data(parts: Parts) -> Row:
    """The account: its limits, its money and its prices."""
    price = {name: [{"cost_type": "per_request", "cost": cost}] for name, cost in _PRICES.items()}
    found = {
        "login": "simulator",
        "timezone": "UTC",
        "rates": {"limits": {"minute": {"serp": {"task_post": 2000, "tasks_ready": 20, "id_list": 10}}}},
        "money": {"total": DEPOSIT, "balance": round(DEPOSIT - parts.ledger.total(), 6)},
        "price": {"serp": {"task_post": price}},
    }
    data = {"api": "appendix", "function": "user_data"}
    return task_row(USER_DATA, task_id=new_id(parts.clock.now(), "0231"), data=data, result=[found])


def _ready(task: Task) -> Row:
    return {
        "id": task.id,
        "se": "google",
        "se_type": "search_by_image",
        "date_posted": wire_time(task.posted_at),
        "tag": task.tag,
        "endpoint_regular": None,
        "endpoint_advanced": f"{TASK_GET}{task.id}",
        "endpoint_html": None,
    }


def _listed(task: Task, now: float, *, with_metadata: bool) -> Row:
    is_done = now >= task.done_at
    metadata = {"metadata": {**ECHO, "function": "task_post", **task.fields, **DEVICE}}
    return {
        "id": task.id,
        "url": TASK_POST.strip("/"),
        "datetime_posted": wire_time(task.posted_at),
        "datetime_done": wire_time(task.done_at) if is_done else None,
        "status": str(task.code if is_done else CREATED),
        "cost": task.cost,
        **(metadata if with_metadata else {}),
    }


def _moment(value: object) -> float | None:
    """Seconds since the epoch from the provider's way of writing a moment."""
    try:
        return datetime.strptime(str(value), "%Y-%m-%d %H:%M:%S %z").astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        return None
