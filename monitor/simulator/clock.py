"""The simulated time: the real one, moved by an offset that survives a restart."""

import time
from datetime import UTC, datetime

from monitor.simulator.state import State

_NAME = "clock_offset"


class Clock:
    """Seconds since the epoch; whoever moves it keeps it running from there.

    ValueError or OverflowError for a moment without a date; the clock then stays as it was.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        row = state.row("SELECT value FROM setting WHERE name = ?", _NAME)
        self._offset = float(row["value"]) if row else 0.0

    def now(self) -> float:
        """The simulated moment."""
        return time.time() + self._offset

    def set(self, at: datetime | None) -> None:
        """Go on from `at` (with a time zone); None follows the real clock again."""
        self._move(at.timestamp() - time.time() if at else 0.0)

    def advance(self, seconds: float) -> None:
        """Skip some time."""
        self._move(self._offset + seconds)

    def _move(self, offset: float) -> None:
        datetime.fromtimestamp(time.time() + offset, UTC)  # fails for what no calendar holds
        self._offset = offset
        self._state.run("REPLACE INTO setting (name, value) VALUES (?, ?)", _NAME, repr(offset))


def wire_time(at: float) -> str:
    """A moment as DataForSEO writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S +00:00")
