"""Collecting a task by its id: pending at first, then its result for 30 days."""

from collections.abc import Sequence

from monitor.simulator.clock import wire_time
from monitor.simulator.dataforseo import google
from monitor.simulator.dataforseo.envelope import (
    ENGINE_FAILED,
    EXPIRED,
    NOTHING_FOUND,
    OK,
    PARTIAL,
    QUEUED,
    TASK_UNKNOWN,
    Row,
    task_row,
)
from monitor.simulator.dataforseo.paths import DEVICE, ECHO, TASK_GET
from monitor.simulator.faults import Fault
from monitor.simulator.parts import Parts
from monitor.simulator.tasks import KEPT_SECONDS, Task

HOUR = 3600


def collect(parts: Parts, task_id: str, fault: Fault | None) -> Row:
    """How the task with this id stands, with its result once it is done."""
    path, echo = f"{TASK_GET}{task_id}", {**ECHO, "function": "task_get"}
    task = parts.tasks.find(task_id)
    if not task or task.is_lost or (fault and fault.do == "lost"):
        return task_row(path, task_id=task_id, code=TASK_UNKNOWN, data=echo)
    code, result = _outcome(parts, task, fault)
    data = {**echo, **task.fields, **DEVICE}
    return task_row(path, task_id=task_id, code=code, data=data, result=result)


def _outcome(parts: Parts, task: Task, fault: Fault | None) -> tuple[int, Sequence[Row] | None]:
    """Looking at a finished task takes it off the list of finished ones, and settles how it ended."""
    now = parts.clock.now()
    if fault and fault.code:
        return fault.code, None
    if now < task.done_at:
        return QUEUED, None
    if now > task.done_at + KEPT_SECONDS:
        return EXPIRED, None
    code, result = _finished(parts, task)
    parts.tasks.collect(task, code)
    return code, result


def _finished(parts: Parts, task: Task) -> tuple[int, Sequence[Row] | None]:
    if task.code not in (OK, PARTIAL):
        return task.code, None
    # Fetched this late because a POST of a hundred tasks has to be answered at once.
    original = parts.library.from_url(task.fields["image_url"])
    if original is None:
        return ENGINE_FAILED, None
    found = google.result(original.sha256, int(task.world_at // HOUR), task.fields, wire_time(task.done_at))
    if task.code == PARTIAL:
        found["items"] = found["items"][: len(found["items"]) // 2]
        found["items_count"] = len(found["items"])
    return (task.code, [found]) if found["items"] else (NOTHING_FOUND, None)
