"""Looking at pictures would take whole cores: it rests, so that everything else on the machine stays quick."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from django.conf import settings

from monitor import heartbeat

LONGEST_NAP = 1.0
NICENESS = 10

Thing = TypeVar("Thing")
Outcome = TypeVar("Outcome")


@dataclass(kw_only=True)
class Pace:
    """Computes `at_once` side by side, each within its share (0 to 1) of a core; `cpu` are the seconds it took."""

    at_once: int
    share: float
    now: Callable[[], float] = time.monotonic
    spent: Callable[[], float] = time.thread_time
    sleep: Callable[[float], None] = time.sleep
    cpu: float = field(default=0.0)

    def map(self, work: Callable[[Thing], Outcome], things: Iterable[Thing]) -> list[Outcome]:
        """The outcomes in order; comes back only when the share is kept."""

        def timed(thing: Thing) -> tuple[Outcome, float]:
            start = self.spent()
            return work(thing), self.spent() - start

        started = self.now()
        with ThreadPoolExecutor(max(1, self.at_once), initializer=_yield_to_others) as pool:
            outcomes = list(pool.map(timed, things))
        cpu = sum(seconds for _, seconds in outcomes)
        self.cpu += cpu
        self._rest(cpu / self.share / max(1, self.at_once) - (self.now() - started))
        return [outcome for outcome, _ in outcomes]

    def _rest(self, seconds: float) -> None:
        while seconds > 0 and not heartbeat.is_stopping():
            nap = min(seconds, LONGEST_NAP)
            self.sleep(nap)
            seconds -= nap


def _yield_to_others() -> None:
    """On Linux a thread has a niceness of its own: people who read pages come first."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, max(NICENESS, os.getpriority(os.PRIO_PROCESS, thread)))


def usual_pace() -> Pace:
    """As the installation has set it."""
    return Pace(at_once=settings.VERIFY_AT_ONCE, share=settings.VERIFY_SHARE / 100)
