"""One amount of time for everything that belongs to a fetch."""

import time


class TimedOut(Exception):
    """The time of a fetch is used up."""


class Deadline:
    """Counts down from `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, always more than 0; raises TimedOut when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimedOut
        return left
