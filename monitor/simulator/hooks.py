"""The webhooks that are still to be sent, and what went wrong with the others."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any

from monitor.simulator.script import Mishaps
from monitor.simulator.state import State
from monitor.simulator.tasks import Task

PINGBACK, POSTBACK = "pingback_url", "postback_url"
KINDS = (PINGBACK, POSTBACK)
_IS_DUE = "state = 'waiting' AND due_at <= ?"
KEPT_SECONDS = 7 * 86_400


@dataclass(frozen=True, kw_only=True)
class Hook:
    """One webhook; `kind` is the field of the task that holds its address."""

    id: int
    task_id: str
    kind: str


class Hooks:
    """Webhooks by the moment at which they are due."""

    def __init__(self, state: State) -> None:
        self._state = state
        state.run("UPDATE webhook SET state = 'waiting' WHERE state = 'sending'")  # when we were killed
        self.planned = Event()  # whether the list has to be looked at
        self.planned.set()

    def plan(self, task: Task, at: float, mishaps: Mishaps) -> None:
        """Send what the task asks for at a moment: once, or not at all, twice or later than others."""
        times = 0 if "lost_webhook" in mishaps else 2 if "duplicate_webhook" in mishaps else 1
        due_at = at + mishaps.get("reorder_webhook", 0)
        rows = [(task.id, kind, due_at) for kind in KINDS if kind in task.fields] * times
        if rows:
            self._state.run_many("INSERT INTO webhook (task_id, kind, due_at) VALUES (?, ?, ?)", rows)
            self.planned.set()

    def take(self, now: float) -> list[Hook]:
        """Those that are due, oldest first; they are on their way then."""
        with self._state.transaction():
            sql = f"SELECT id, task_id, kind FROM webhook WHERE {_IS_DUE} ORDER BY due_at, id"  # noqa: S608
            hooks = [Hook(**dict(row)) for row in self._state.rows(sql, now)]
            self._state.run(f"UPDATE webhook SET state = 'sending' WHERE {_IS_DUE}", now)  # noqa: S608
        return hooks

    def are_waiting(self) -> bool:
        """Whether one is to be sent, now or later."""
        return self._state.row("SELECT 1 FROM webhook WHERE state = 'waiting' LIMIT 1") is not None

    def end(self, hook: Hook, *, is_delivered: bool) -> None:
        """It was sent, with or without success; it is not sent again."""
        state = "delivered" if is_delivered else "failed"
        self._state.run("UPDATE webhook SET state = ? WHERE id = ?", state, hook.id)

    def note_error(self, at: float, function: str, row: Mapping[str, Any]) -> None:
        """Remember a failure for the list of errors."""
        self._state.run(
            "INSERT INTO error (at, function, row) VALUES (?, ?, ?)", at, function, json.dumps(dict(row))
        )

    def errors(self, since: float, until: float) -> list[tuple[float, dict[str, Any]]]:
        """The failures between two moments."""
        sql = "SELECT at, row FROM error WHERE at BETWEEN ? AND ? ORDER BY id"
        return [(row["at"], json.loads(row["row"])) for row in self._state.rows(sql, since, until)]

    def counts(self) -> dict[str, int]:
        """How many there are by their state."""
        sql = "SELECT state, count(*) AS number FROM webhook GROUP BY state"
        return {row["state"]: row["number"] for row in self._state.rows(sql)}
