"""Collecting a task by its id: pending at first, then its result for 30 days."""

from monitor.simulator.clock import wire_time
from monitor.simulator.dataforseo import google
from monitor.simulator.dataforseo.codes import (
    ENGINE_FAILED,
    EXPIRED,
    HANDED,
    NOTHING_FOUND,
    OK,
    PARTIAL,
    QUEUED,
    TASK_UNKNOWN,
)
from monitor.simulator.dataforseo.envelope import Row, task_row
from monitor.simulator.dataforseo.paths import DEVICE, ECHO, TASK_GET
from monitor.simulator.faults import AT_COLLECTING
from monitor.simulator.parts import Parts
from monitor.simulator.tasks import KEPT_SECONDS, Task

HOUR = 3600
HALF = 0.5
Outcome = tuple[int, list[Row] | None]


def collect(parts: Parts, task_id: str) -> Row:
    """How the task with this id stands, with its result once it is done; that takes it off the lists."""
    path, now = f"{TASK_GET}{task_id}", parts.clock.now()
    task = parts.tasks.find(task_id)
    (mishaps,) = parts.script.of_tasks(path, [task.tag if task else ""], AT_COLLECTING)
    if not task or not task.cost or task.is_lost or "lost" in mishaps:
        data = {**ECHO, "function": "task_get"}
        return task_row(path, task_id=task_id, code=TASK_UNKNOWN, data=data)
    if "code" in mishaps:
        return _row(task, (int(mishaps["code"]), None))
    if now < task.done_at:
        return _row(task, (QUEUED if now - task.posted_at < (task.done_at - now) else HANDED, None))
    if now > task.done_at + KEPT_SECONDS:
        return _row(task, (EXPIRED, None))
    outcome = _finished(parts, task, now)
    parts.tasks.collect(task, outcome[0], now)
    return _row(task, outcome)


def finished_row(parts: Parts, task: Task) -> Row:
    """What collecting a finished task shows, without taking it off any list."""
    return _row(task, _finished(parts, task, parts.clock.now()))


def _row(task: Task, outcome: Outcome) -> Row:
    code, result = outcome
    data = {**ECHO, "function": "task_get", **task.fields, **DEVICE}
    return task_row(f"{TASK_GET}{task.id}", task_id=task.id, code=code, data=data, result=result)


def _finished(parts: Parts, task: Task, now: float) -> Outcome:
    if task.code not in (OK, PARTIAL):
        return task.code, None
    # Fetched this late because a POST of a hundred tasks has to be answered at once.
    original = parts.fetcher.from_url(task.fields["image_url"])
    if original is None:
        return ENGINE_FAILED, None
    found = google.result(
        original.sha256,
        int(task.world_at // HOUR),
        task.fields,
        when=wire_time(task.done_at),
        share=task.share * (HALF if task.code == PARTIAL else 1),
        is_fixed=task.fixed_at is not None and task.fixed_at <= now,
    )
    return (task.code, [found]) if found["items"] or not task.share else (NOTHING_FOUND, None)
