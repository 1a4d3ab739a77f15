"""The loops that drive the steps: one slice works while anything is due, and waits for what is soon due.

Google's hops and Yandex's walks have a lane each, so that a slow engine never keeps the other one waiting.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Min
from django.db.models.functions import Now
from django.utils import timezone

from monitor import heartbeat, queue
from monitor.models import Provider, Search
from monitor.pipeline import collecting, hearing, lanes, posting, reconciling, verifying, walking
from monitor.pipeline.claiming import Runs
from monitor.pipeline.engines import probing

SLICE_SECONDS = 20.0
NAP_SECONDS = 0.5

IsLate = Callable[[], bool]


def run_slice(seconds: float = SLICE_SECONDS) -> None:
    """Asks Google and collects until nothing is due within the slice; asks for another when work is left."""
    _run("pump", seconds, lambda at, is_late: ask_google(at, is_late=is_late), _next(Provider.DATAFORSEO))


def walk_slice(seconds: float = SLICE_SECONDS) -> None:
    """The same for Yandex."""
    _run("walk", seconds, lambda at, late: walking.walk_due(at, is_late=late), _next(Provider.YANDEX))


def fetch_slice(seconds: float = SLICE_SECONDS) -> None:
    """The same for pictures and verdicts, so that slow hosts never hold up searches."""
    looking = verifying.Round()
    _run("fetch", seconds, lambda at, is_late: looking.look_due(is_late), _next_picture)
    queue.nudge("tell")


def step(at: datetime, only_runs: Runs = None) -> int:
    """Every hop of both engines once; returns how many rows were taken up."""
    return ask_google(at, only_runs) + walking.walk_due(at, only_runs)


def ask_google(at: datetime, only_runs: Runs = None, is_late: IsLate = lambda: False) -> int:
    """Every hop of Google's searches once, none begun when it is late; returns how many rows were taken up."""
    taken = posting.post_due(at, only_runs)
    if not is_late():
        taken += hearing.hear(at)
    taken += collecting.collect_due(at, only_runs, is_late)
    return taken if is_late() else taken + reconciling.reconcile_due(at, only_runs)


def _run(
    lane: str, seconds: float, work: Callable[[datetime, IsLate], int], next_due: Callable[[], float | None]
) -> None:
    with lanes.alone(lane) as is_alone:
        if is_alone and lane in queue.SEARCHING:
            probing.probe_due(timezone.now())
        is_work_left = is_alone and _slice(seconds, work, next_due)
    if is_work_left:
        queue.nudge(lane)


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
        # What is due and was not taken waits for a limit, or is just being worked on elsewhere.
        time.sleep(min(max(wait, 0.05), NAP_SECONDS) if wait > 0 else NAP_SECONDS)
    return True


def _next(provider: Provider) -> Callable[[], float | None]:
    """Seconds until the next open search of a provider is due; None when none is, those on hold left aside."""
    mine = Search.objects.open().filter(target__provider=provider).exclude(state=Search.State.HELD)
    return lambda: _seconds(mine.aggregate(wait=Min("not_before") - Now())["wait"])


def _next_picture() -> float | None:
    return 0.0 if verifying.is_more_coming(timedelta(seconds=SLICE_SECONDS)) else None


def _seconds(wait: timedelta | None) -> float | None:
    return wait.total_seconds() if wait is not None else None
