"""How many calls of a kind a provider takes in a minute or a second of the simulated time."""

from dataclasses import dataclass

from monitor.simulator.state import State

_COUNT = """
INSERT INTO rate (name, slot, calls) VALUES (?, ?, 1)
ON CONFLICT (name) DO UPDATE
SET calls = CASE WHEN slot = excluded.slot THEN calls + 1 ELSE 1 END, slot = excluded.slot
RETURNING calls
"""


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """How many calls are taken in all, and how many of them are left after this one; below 0 it is too many."""

    limit: int
    left: int


class Rates:
    """Counts calls in fixed slots of time."""

    def __init__(self, state: State) -> None:
        self._state = state

    def take(self, name: str, limit: int, now: float, seconds: int) -> Allowance:
        """Count one call in the present slot of so many seconds."""
        (row,) = self._state.rows(_COUNT, name, int(now // seconds))
        return Allowance(limit=limit, left=limit - row["calls"])
