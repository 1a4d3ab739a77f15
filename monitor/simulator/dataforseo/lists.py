"""The account's lists of tasks: those that are done, those that were repaired, and all of a time."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from monitor.simulator.clock import wire_time
from monitor.simulator.dataforseo.codes import CREATED, INVALID_FIELD, OK
from monitor.simulator.dataforseo.envelope import Row, task_row
from monitor.simulator.dataforseo.paths import (
    DEVICE,
    ECHO,
    ID_LIST,
    TASK_GET,
    TASK_POST,
    TASKS_FIXED,
    TASKS_READY,
)
from monitor.simulator.parts import Parts
from monitor.simulator.tasks import MOST_ROWS, Task, new_id

FOREIGN_COST = 0.0006
_FOREIGN_TAGS = ("", "someone-elses-task", "rank-tracker/4711")


def ready(parts: Parts) -> Row:
    """The tasks that are done and were not collected yet."""
    now = parts.clock.now()
    return _hints(TASKS_READY, new_id(now, "0087"), parts.tasks.ready(now))


def fixed(parts: Parts) -> Row:
    """The tasks whose results were read anew by the provider, and not collected since."""
    now = parts.clock.now()
    return _hints(TASKS_FIXED, new_id(now, "0088"), parts.tasks.fixed(now))


def add_foreign(parts: Parts, number: int) -> None:
    """See to it that so many tasks of other software with our login wait to be collected."""
    now = parts.clock.now()
    waiting = sum(task.collected_at is None for task in parts.tasks.foreign())
    parts.tasks.add(
        [
            Task(
                id=new_id(now),
                tag=_FOREIGN_TAGS[place % len(_FOREIGN_TAGS)],
                fields={"image_url": "https://images.example.org/theirs.jpg"},
                cost=FOREIGN_COST,
                code=OK,
                posted_at=now,
                done_at=now,
                world_at=now,
                listed_at=now,
                ready_at=now,
                is_foreign=True,
            )
            for place in range(waiting, number)
        ]
    )


def id_list(parts: Parts, question: Mapping[str, Any]) -> Row:
    """A page of the tasks posted between two moments."""
    now, data = parts.clock.now(), {"api": "serp", "function": "id_list", **question}
    task_id = new_id(now, "0521")
    if wrong := problem_of(question, needed=("datetime_from", "datetime_to")):
        return task_row(ID_LIST, task_id=task_id, code=INVALID_FIELD, detail=wrong, data=data)
    tasks = parts.tasks.posted(
        moment(question["datetime_from"]) or 0,
        moment(question["datetime_to"]) or 0,
        now=now,
        limit=question.get("limit", MOST_ROWS),
        offset=question.get("offset", 0),
        newest_first=question.get("sort") == "desc",
    )
    with_metadata = bool(question.get("include_metadata"))
    rows = [_listed(task, now, with_metadata=with_metadata) for task in tasks]
    return task_row(ID_LIST, task_id=task_id, data=data, result=rows or None)


def problem_of(question: Mapping[str, Any], needed: Sequence[str] = ()) -> str:
    """The first field of a question for a list that is wrong, or ""."""
    if missing := next((name for name in needed if name not in question), ""):
        return missing
    return next(
        (name for name, is_good in _CHECKS.items() if name in question and not is_good(question[name])), ""
    )


def moment(value: object) -> float | None:
    """Seconds since the epoch from the provider's way of writing a moment."""
    try:
        return datetime.strptime(str(value), "%Y-%m-%d %H:%M:%S %z").astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        return None


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "datetime_from": lambda value: moment(value) is not None,
    "datetime_to": lambda value: moment(value) is not None,
    "limit": lambda value: _is_whole(value) and 1 <= value <= MOST_ROWS,
    "offset": lambda value: _is_whole(value) and 0 <= value < 2**63,
    "sort": lambda value: value in ("asc", "desc"),
    "include_metadata": lambda value: isinstance(value, bool),
}


def _hints(path: str, task_id: str, tasks: Sequence[Task]) -> Row:
    data = {**ECHO, "function": path.rpartition("/")[2]}
    return task_row(path, task_id=task_id, data=data, result=[_hint(task) for task in tasks] or None)


def _hint(task: Task) -> Row:
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
