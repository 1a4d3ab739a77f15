"""Accepting tasks: each is checked, paid for and remembered on its own."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from monitor.simulator.dataforseo.codes import COST_LIMIT, CREATED, LATE_CODES, NO_FUNDS, OK, SURPLUS
from monitor.simulator.dataforseo.envelope import Row, task_row
from monitor.simulator.dataforseo.fields import problem
from monitor.simulator.dataforseo.paths import DEVICE, ECHO, TASK_POST
from monitor.simulator.hooks import POSTBACK
from monitor.simulator.parts import Parts
from monitor.simulator.script import Mishaps
from monitor.simulator.settings import Span
from monitor.simulator.tasks import Task, new_id
from monitor.simulator.web import dice

MOST_TASKS = 100
HIGH = 2  # of `priority`
PRICE, HIGH_PRICE = 0.0006, 0.0012
THIN = 0.2  # of the results of a whole answer
HALF_A_CENT_OF_A_CENT = 0.00005
Fields = Mapping[str, Any]


class Purse:
    """What may still be spent today: the balance of the account, and its cost limit of a day."""

    def __init__(self, parts: Parts, now: float) -> None:
        limit = parts.dials.now.daily_limit
        self._balance = balance(parts)
        self._today = None if limit is None else limit - parts.tasks.spent_since(now // 86_400 * 86_400)

    @property
    def is_empty(self) -> bool:
        """Whether the account cannot pay for anything."""
        return self._balance < PRICE - HALF_A_CENT_OF_A_CENT

    def pay(self, cost: float) -> int:
        """Take the cost of one task; else the code that refuses it."""
        if self._today is not None and self._today < cost - HALF_A_CENT_OF_A_CENT:
            return COST_LIMIT
        if self._balance < cost - HALF_A_CENT_OF_A_CENT:
            return NO_FUNDS
        self._balance -= cost
        self._today = None if self._today is None else self._today - cost
        return 0


def balance(parts: Parts) -> float:
    """What is left of the account's deposit in US dollars."""
    return round(parts.dials.now.deposit - parts.tasks.spent, 6)


def accept(parts: Parts, posted: Sequence[Fields]) -> list[Row] | None:
    """What becomes of each task of a call, all in one transaction; None when the account can pay for nothing."""
    # Before the transaction: the script has a lock of its own, and whoever holds that may wait for the database.
    befallen = parts.script.of_tasks(TASK_POST, [tag_of(fields) for fields in posted])
    with parts.state.transaction():
        purse = Purse(parts, parts.clock.now())
        return None if purse.is_empty else _accept_all(parts, posted, befallen, purse)


def tag_of(fields: Fields) -> str:
    """The tag of a task, or ""."""
    return str(fields.get("tag") or "")


def price_of(fields: Fields) -> float:
    """Twice as much for high priority, and twice as much again with rectangles."""
    price = HIGH_PRICE if fields.get("priority") == HIGH else PRICE
    return price * 2 if fields.get("calculate_rectangles") is True else price


def _accept_all(
    parts: Parts, posted: Sequence[Fields], befallen: Sequence[Mishaps], purse: Purse
) -> list[Row]:
    answered = [
        _accept(parts, fields, place, mishaps, purse)
        for place, (fields, mishaps) in enumerate(zip(posted, befallen, strict=True))
    ]
    tasks = [task for task, _ in answered]
    parts.tasks.add(tasks)
    parts.ledger.charge([(task.tag, task.cost) for task in tasks if task.cost])
    for task, mishaps in zip(tasks, befallen, strict=True):
        if task.cost:
            parts.hooks.plan(task, task.done_at, mishaps)
    return [row for _, row in answered]


def _accept(parts: Parts, fields: Fields, place: int, mishaps: Mishaps, purse: Purse) -> tuple[Task, Row]:
    price = price_of(fields)
    code, detail = _refusal(fields, place, int(mishaps.get("code", 0)))
    code = code or purse.pay(price)
    task = _refused(parts, fields, code) if code else _new_task(parts, fields, price, mishaps)
    return task, task_row(
        TASK_POST,
        task_id=task.id,
        code=code or CREATED,
        detail=detail,
        cost=task.cost,
        data={**ECHO, "function": "task_post", **fields, **DEVICE},
    )


def _refusal(fields: Fields, place: int, wanted: int) -> tuple[int, str]:
    """The code with which a task is refused and the field that it is about; 0 for a good one."""
    if place >= MOST_TASKS:
        return SURPLUS, ""
    return problem(fields) or (0 if wanted in LATE_CODES else wanted, "")


def _refused(parts: Parts, fields: Fields, code: int) -> Task:
    """A task that is listed with its refusal, and costs nothing."""
    now = parts.clock.now()
    return Task(
        id=new_id(now),
        tag=tag_of(fields),
        fields=dict(_given(fields)),
        cost=0,
        code=code,
        posted_at=now,
        done_at=now,
        world_at=now,
        listed_at=now,
    )


def _new_task(parts: Parts, fields: Fields, price: float, mishaps: Mishaps) -> Task:
    now, dials = parts.clock.now(), parts.dials.now
    task_id = new_id(now)
    span = dials.high_seconds if fields.get("priority") == HIGH else dials.seconds
    done_at = now + _within(span, task_id) + mishaps.get("late", 0)
    return Task(
        id=task_id,
        tag=tag_of(fields),
        fields=dict(_given(fields)),
        cost=price,
        code=int(mishaps.get("code", OK)),
        posted_at=now,
        done_at=done_at,
        world_at=parts.searches.world_at("google", fields["image_url"], now),
        listed_at=now + mishaps.get("id_list_lag", 0),
        ready_at=None if POSTBACK in fields else done_at + mishaps.get("ready_lag", 0),
        fixed_at=done_at + mishaps["fixed"] if "fixed" in mishaps else None,
        share=0.0 if "empty" in mishaps else THIN if "thin" in mishaps else 1.0,
        is_lost="lost" in mishaps,
    )


def _given(fields: Fields) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in fields.items() if value is not None)


def _within(span: Span, task_id: str) -> float:
    low, high = span
    return low if low == high else low + (high - low) * dice.chance(task_id)
