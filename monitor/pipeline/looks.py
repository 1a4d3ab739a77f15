"""When a task that the provider has accepted is looked at again: soon at first, then ever more rarely."""

from datetime import timedelta

from monitor.models import Search

HOUR = 3600
# Ages of the task in seconds. The quick first ones of a high priority let "Run now" show its results at once.
AGES = {
    Search.Priority.NORMAL: (60, 120, 240, 480, 900, 1800, HOUR),
    Search.Priority.HIGH: (2, 4, 7, 12, 20, 40, 80, 180, 300, 600, 1200, HOUR),
}


def wait(priority: str, age: timedelta) -> timedelta:
    """How long to wait for the next look at a task of this age."""
    seconds = age.total_seconds()
    later = (point for point in AGES[Search.Priority(priority)] if point > seconds)
    return timedelta(seconds=next(later, seconds + HOUR) - seconds)
