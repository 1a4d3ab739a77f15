"""The tasks of DataForSEO that were paid for, and what became of them."""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from monitor.simulator.state import State

READY_SECONDS = 3 * 86_400
KEPT_SECONDS = 30 * 86_400
MOST_ROWS = 1000
ACCOUNT = 1535


@dataclass(frozen=True, kw_only=True)
class Task:
    """An accepted task; moments are simulated seconds, `code` is how it ends, `world_at` what it will see."""

    id: str
    tag: str
    fields: Mapping[str, Any]
    cost: float
    code: int
    posted_at: float
    done_at: float
    world_at: float
    is_lost: bool = False


class Tasks:
    """The account's tasks."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, task: Task) -> None:
        """Accept a task."""
        self._state.run(
            "INSERT INTO task (id, tag, fields, cost, code, posted_at, done_at, world_at, is_lost)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(task.id, task.tag, json.dumps(dict(task.fields)), task.cost, task.code),
            *(task.posted_at, task.done_at, task.world_at, task.is_lost),
        )

    def find(self, task_id: str) -> Task | None:
        """The task with this id, a lost one too."""
        row = self._state.row("SELECT * FROM task WHERE id = ?", task_id)
        return _task(row) if row else None

    def collect(self, task: Task, code: int) -> None:
        """The task was looked at after its end: it leaves the list of finished ones, its end stays as it is."""
        self._state.run("UPDATE task SET is_collected = 1, code = ? WHERE id = ?", code, task.id)

    def ready(self, now: float) -> list[Task]:
        """Finished in the last three days and not collected yet."""
        sql = """SELECT * FROM task WHERE NOT is_collected AND NOT is_lost AND done_at BETWEEN ? AND ?
                 ORDER BY done_at LIMIT ?"""
        return [_task(row) for row in self._state.rows(sql, now - READY_SECONDS, now, MOST_ROWS)]

    def posted(
        self, since: float, until: float, *, limit: int, offset: int, newest_first: bool
    ) -> list[Task]:
        """A page of the tasks posted between two moments."""
        sql = """SELECT * FROM task WHERE NOT is_lost AND posted_at >= ? AND posted_at < ? + 1
                 ORDER BY posted_at * ?, rowid LIMIT ? OFFSET ?"""
        order = -1 if newest_first else 1
        return [_task(row) for row in self._state.rows(sql, since, until, order, limit, offset)]

    def count(self) -> int:
        """All tasks that were ever accepted."""
        row = self._state.row("SELECT count(*) AS number FROM task")
        return int(row["number"]) if row else 0


def new_id(now: float, function: str = "0066") -> str:
    """An id of the provider's form: MMDDhhmm, the account, the function and something random."""
    return f"{datetime.fromtimestamp(now, UTC):%m%d%H%M}-{ACCOUNT}-{function}-0000-{secrets.token_hex(6)}"


def _task(row: sqlite3.Row) -> Task:
    names = ("id", "tag", "cost", "code", "posted_at", "done_at", "world_at")
    values = {name: row[name] for name in names}
    return Task(**values, fields=json.loads(row["fields"]), is_lost=bool(row["is_lost"]))
