"""The loop that drives the steps: one slice works while anything is due, and waits for what is soon due."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min
from django.db.models.functions import Now
from django.utils import timezone

from monitor import heartbeat, queue
from monitor.models import Picture, Search
from monitor.pipeline import collecting, planning, posting, reconciling, verifying, walking

SLICE_SECONDS = 20.0
NAP_SECONDS = 0.5
MANY_WAITING = 5

IsLate = Callable[[], bool]


def run_slice(seconds: float = SLICE_SECONDS) -> None:
    """Asks and collects until nothing is due within the slice; asks for another slice when work is left."""
    if _slice(seconds, lambda at, is_late: step(at, is_late=is_late), _next_search):
        queue.nudge("pump")


def fetch_slice(seconds: float = SLICE_SECONDS) -> None:
    """The same for pictures, so that slow hosts never hold up searches."""
    if _slice(seconds, lambda at, is_late: verifying.fetch_due(), _next_picture):
        queue.nudge("fetch")
    queue.nudge("tell")


def step(at: datetime, only_run: int | None = None, is_late: IsLate = lambda: False) -> int:
    """Every hop once, none begun when it is late; returns how many rows were taken up."""
    taken = posting.post_due(at, only_run)
    taken += collecting.collect_due(at, only_run, is_late)
    if not is_late():
        taken += reconciling.reconcile_due(at, only_run)
    # The last, because its calls are the slow ones.
    return taken + walking.walk_due(at, only_run, is_late)


def _slice(
    seconds: float, work: Callable[[datetime, IsLate], int], next_due: Callable[[], float | None]
) -> bool:
    """Whether the time was over before the work was; what is due only later is left to the next tick.

    The queue kills a task after 100 s, so no call may begin after the slice: it could be paid for nothing.
    """
    end = time.monotonic() + seconds

    def is_late() -> bool:
        return time.monotonic() >= end or heartbeat.is_stopping()

    while not is_late():
        if work(timezone.now(), is_late):
            continue
        wait = next_due()
        if wait is None or time.monotonic() + wait > end:
            return False
        time.sleep(min(max(wait, 0.05), NAP_SECONDS))
    return True


def _next_search() -> float | None:
    """Seconds until the next open search is due; None when none is open."""
    return _seconds(Search.objects.open().aggregate(wait=Min("not_before") - Now())["wait"])


def _next_picture() -> float | None:
    pending = Picture.objects.filter(state=Picture.State.PENDING)
    return _seconds(pending.aggregate(wait=Min("not_before") - Now())["wait"])


def _seconds(wait: timedelta | None) -> float | None:
    return wait.total_seconds() if wait is not None else None


def look_around(at: datetime) -> None:
    """What the minutely tick does: plans what is due, hears what is ready, and nudges every kind of work."""
    planning.plan_due(at)
    if Search.objects.filter(state=Search.State.WAITING).count() > MANY_WAITING:
        _hear_what_is_ready()
    for name in ("pump", "fetch", "tell"):
        queue.nudge(name)


def _hear_what_is_ready() -> None:
    if settings.HAS_DATAFORSEO:
        collecting.hurry_ready(is_simulated=False)
    if settings.SIMULATOR_URL:
        collecting.hurry_ready(is_simulated=True)
