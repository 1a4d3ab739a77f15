"""Accepting tasks: each is checked, paid for and remembered on its own."""

from collections.abc import Mapping
from typing import Any

from monitor.simulator.dataforseo.envelope import CREATED, OK, SURPLUS, Row, task_row
from monitor.simulator.dataforseo.fields import problem
from monitor.simulator.dataforseo.paths import DEVICE, ECHO, TASK_POST
from monitor.simulator.faults import Fault
from monitor.simulator.parts import Parts
from monitor.simulator.tasks import Task, new_id

MOST_TASKS = 100
PRICE, HIGH_PRICE = 0.0006, 0.0012
SECONDS, HIGH_SECONDS = 20.0, 2.0
# How a task that was accepted and paid for may end; every other code refuses it at the POST.
LATE_CODES = (40101, 40102, 40103, 40106, 40401, 40403, 40408, 50402)


def accept(parts: Parts, fields: Mapping[str, Any], place: int, fault: Fault | None) -> Row:
    """What becomes of the task at `place` of a call; a fault may refuse it, or decide how it ends."""
    hit = fault if fault and fault.hits_tag(str(fields.get("tag") or "")) else None
    code, detail = _refusal(fields, place, hit.code if hit else 0)
    data = {**ECHO, "function": "task_post", **fields, **DEVICE}
    if code:
        task_id = new_id(parts.clock.now())
        return task_row(TASK_POST, task_id=task_id, code=code, detail=detail, data=data)
    task = _new_task(parts, fields, hit)
    parts.tasks.add(task)
    parts.ledger.charge(task.tag, task.cost)
    return task_row(TASK_POST, task_id=task.id, code=CREATED, cost=task.cost, data=data)


def _refusal(fields: Mapping[str, Any], place: int, wanted: int) -> tuple[int, str]:
    """The code with which a task is refused and the field that it is about; 0 for a good one."""
    if place >= MOST_TASKS:
        return SURPLUS, ""
    return problem(fields) or (0 if wanted in LATE_CODES else wanted, "")


def _new_task(parts: Parts, fields: Mapping[str, Any], fault: Fault | None) -> Task:
    now, is_high = parts.clock.now(), fields.get("priority") == 2
    return Task(
        id=new_id(now),
        tag=str(fields.get("tag") or ""),
        fields={name: value for name, value in fields.items() if value is not None},
        cost=HIGH_PRICE if is_high else PRICE,
        code=(fault.code if fault else 0) or OK,
        posted_at=now,
        done_at=now + (HIGH_SECONDS if is_high else SECONDS),
        world_at=parts.searches.world_at("google", fields["image_url"], now),
        is_lost=bool(fault and fault.do == "lost"),
    )
