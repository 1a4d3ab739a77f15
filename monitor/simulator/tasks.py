"""The tasks of DataForSEO that were posted, and what became of them."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from threading import Lock
from typing import Any

from monitor.simulator.state import State

READY_SECONDS = 3 * 86_400
KEPT_SECONDS = 30 * 86_400
MOST_ROWS = 1000
ACCOUNT = 1535
_RANDOM = Random()  # noqa: S311 - an id is no secret
_COLUMNS = (
    "id", "tag", "fields", "cost", "code", "posted_at", "done_at", "world_at", "listed_at", "ready_at", "fixed_at",
    "collected_at", "share", "is_lost", "is_foreign",
)  # fmt: skip
_ADD = f"INSERT INTO task ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_IS_FIXED = "fixed_at BETWEEN ? AND ? AND (collected_at IS NULL OR collected_at < fixed_at)"


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task that was answered with an id; moments are simulated seconds.

    `code` is how it ends or was refused, `world_at` what it will see and `share` how much of it. It stands in the
    list of ids from `listed_at`, in that of finished ones from `ready_at` and in that of repaired ones from
    `fixed_at`, where there is such a moment.
    """

    id: str
    tag: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    cost: float
    code: int
    posted_at: float
    done_at: float
    world_at: float
    listed_at: float
    ready_at: float | None = None
    fixed_at: float | None = None
    collected_at: float | None = None
    share: float = 1.0
    is_lost: bool = False
    is_foreign: bool = False


class Tasks:
    """The account's tasks."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._lock = Lock()
        self._spent = self.spent_since(0)

    @property
    def spent(self) -> float:
        """What all our tasks have cost in US dollars."""
        return self._spent

    def add(self, tasks: Sequence[Task]) -> None:
        """Remember tasks."""
        self._state.run_many(_ADD, [_values(task) for task in tasks])
        with self._lock:
            self._spent += sum(task.cost for task in tasks if not task.is_foreign)

    def find(self, task_id: str) -> Task | None:
        """The task with this id, a lost one too."""
        row = self._state.row("SELECT * FROM task WHERE id = ?", task_id)
        return _task(row) if row else None

    def collect(self, task: Task, code: int, now: float) -> None:
        """The task was looked at after its end: it leaves the lists it is on, its end stays as it is."""
        sql = "UPDATE task SET collected_at = ?, code = ? WHERE id = ?"
        if task.collected_at is None or (task.fixed_at or 0) > task.collected_at:
            self._state.run(sql, now, code, task.id)

    def show_ready(self, task: Task, now: float) -> None:
        """Put a task on the list of finished ones after all."""
        self._state.run("UPDATE task SET ready_at = ? WHERE id = ?", now, task.id)

    def ready(self, now: float) -> list[Task]:
        """Finished in the last three days and not collected yet."""
        sql = """SELECT * FROM task WHERE collected_at IS NULL AND NOT is_lost AND ready_at BETWEEN ? AND ?
                 ORDER BY ready_at LIMIT ?"""
        return [_task(row) for row in self._state.rows(sql, now - READY_SECONDS, now, MOST_ROWS)]

    def fixed(self, now: float) -> list[Task]:
        """Repaired in the last three days and not collected since."""
        sql = f"SELECT * FROM task WHERE {_IS_FIXED} ORDER BY fixed_at LIMIT ?"  # noqa: S608
        return [_task(row) for row in self._state.rows(sql, now - READY_SECONDS, now, MOST_ROWS)]

    def posted(
        self, since: float, until: float, *, now: float, limit: int, offset: int, newest_first: bool
    ) -> list[Task]:
        """A page of the tasks posted between two moments, as far as they are listed by now."""
        sql = """SELECT * FROM task WHERE NOT is_lost AND posted_at >= ? AND posted_at < ? + 1 AND listed_at <= ?
                 ORDER BY posted_at * ?, rowid LIMIT ? OFFSET ?"""
        order = -1 if newest_first else 1
        return [_task(row) for row in self._state.rows(sql, since, until, now, order, limit, offset)]

    def spent_since(self, at: float) -> float:
        """What our tasks since a moment have cost."""
        row = self._state.row(
            "SELECT coalesce(sum(cost), 0) AS spent FROM task WHERE posted_at >= ? AND NOT is_foreign", at
        )
        return float(row["spent"]) if row else 0.0

    def failed(self, since: float, until: float) -> list[Task]:
        """Tasks of ours that ended with an error between two moments."""
        sql = """SELECT * FROM task
                 WHERE done_at BETWEEN ? AND ? AND code >= 40000 AND NOT is_foreign AND NOT is_lost"""
        return [_task(row) for row in self._state.rows(sql, since, until)]

    def foreign(self) -> list[Task]:
        """The tasks of other software with the same login."""
        return [_task(row) for row in self._state.rows("SELECT * FROM task WHERE is_foreign ORDER BY rowid")]

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """Every task that was paid for by us, in the order of posting."""
        sql = """SELECT id, tag, code, cost, fields ->> 'image_url' AS image_url, posted_at, done_at,
                 collected_at, is_lost FROM task WHERE cost > 0 AND NOT is_foreign ORDER BY rowid"""
        return [dict(row) for row in self._state.rows(sql)]

    def count(self) -> int:
        """All tasks that were ever paid for by us."""
        row = self._state.row("SELECT count(*) AS number FROM task WHERE cost > 0 AND NOT is_foreign")
        return int(row["number"]) if row else 0


def new_id(now: float, function: str = "0066") -> str:
    """An id of the provider's form: MMDDhhmm, the account, the function and something random."""
    at = datetime.fromtimestamp(now, UTC)
    day, minute = at.month * 100 + at.day, at.hour * 100 + at.minute
    return f"{day:04}{minute:04}-{ACCOUNT}-{function}-0000-{_RANDOM.getrandbits(48):012x}"


def _values(task: Task) -> tuple[object, ...]:
    fields = json.dumps(dict(task.fields))
    return tuple(fields if name == "fields" else getattr(task, name) for name in _COLUMNS)


def _task(row: sqlite3.Row) -> Task:
    values = {name: row[name] for name in _COLUMNS}
    flags = {"is_lost": bool(row["is_lost"]), "is_foreign": bool(row["is_foreign"])}
    return Task(**{**values, **flags, "fields": json.loads(row["fields"])})
