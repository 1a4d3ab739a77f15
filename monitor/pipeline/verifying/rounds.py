"""The round of a worker: pictures are fetched side by side, and each is taken in as soon as it has come.

A slow host holds up nobody but the few threads that wait for it: the search engines' thumbnails have theirs apart.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from monitor.models import Picture
from monitor.pipeline.verifying import recording, sweeping
from monitor.pipeline.verifying.claiming import Ring
from monitor.pipeline.verifying.fetching import Fetched, fetch
from monitor.pipeline.verifying.pacing import Pace, usual_pace

FREE_AT_ONCE, OTHERS_AT_ONCE = 6, 10
TAKEN_AT_ONCE = 8
SWEEP_EVERY, NAP_SECONDS = 15.0, 0.5

IsLate = Callable[[], bool]


@dataclass(kw_only=True)
class Round:
    """One worker's way through the pictures; it remembers whose turn it is."""

    pace: Pace = field(default_factory=usual_pace)
    ring: Ring = field(default_factory=Ring)
    swept_at: float | None = None

    def look_due(self, is_late: IsLate = lambda: False) -> int:
        """Fetches and judges until nothing is due or it is late; how many pictures and matches were taken up."""
        n = self._sweep(is_late)
        with ThreadPoolExecutor(FREE_AT_ONCE + OTHERS_AT_ONCE) as pool:
            under_way: dict[Future[Fetched], Picture] = {}
            while True:
                if not is_late():
                    claimed = self._claim(list(under_way.values()))
                    n += len(claimed)
                    under_way |= {pool.submit(fetch, picture): picture for picture in claimed}
                if not under_way:
                    return n
                self._take_in(under_way)

    def _sweep(self, is_late: IsLate) -> int:
        """Not every time: it reads every match that is to be judged still."""
        now = time.monotonic()
        if self.swept_at is not None and now - self.swept_at < SWEEP_EVERY:
            return 0
        self.swept_at = now
        return sweeping.sweep(self.pace, is_late)

    def _claim(self, under_way: Sequence[Picture]) -> Sequence[Picture]:
        """As many as there are threads without anything to do."""
        others = sum(picture.needs_sparing for picture in under_way)
        free = len(under_way) - others
        claimed = self.ring.claim(free=FREE_AT_ONCE - free, in_turn=OTHERS_AT_ONCE - others)
        recording.settle_beside(claimed.given_up, self.pace)
        if claimed.suspect:
            recording.take_in([fetch(claimed.suspect)], self.pace)
        return list(claimed.pictures)

    def _take_in(self, under_way: dict[Future[Fetched], Picture]) -> None:
        """Comes back soon in any case: meanwhile other hosts may be asked again."""
        done, _ = wait(under_way, NAP_SECONDS, return_when=FIRST_COMPLETED)
        some = sorted(done, key=lambda future: under_way[future].pk)[:TAKEN_AT_ONCE]
        if some:
            recording.take_in([future.result() for future in some], self.pace)
        for future in some:
            del under_way[future]
