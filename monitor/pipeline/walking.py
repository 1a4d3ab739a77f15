"""Asking Yandex: walks over pages, a few of them side by side, each page a paid call.

1. A due search is claimed when its turn comes; the pages that it already holds are never paid again.
2. Each further page is written down, asked for in a thread that knows no database, and kept as soon as it comes.
3. The walk ends at an empty page, a page without news, or the market's page cap; then it is ingested whole.
"""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.models import Provider, Search
from monitor.pipeline import abreast, claiming, ending, engines, holds, limits
from monitor.pipeline.engines import Account
from monitor.pipeline.paging import LEASE, Step, finish, keep, prepare
from monitor.pipeline.refusals import goes_on
from monitor.pipeline.walks import Walk, resume
from monitor.providers.base import Collected

BATCH = 10
AT_ONCE = 5
CLAIMED = (Search.State.PLANNED, Search.State.ASKING)

IsLate = Callable[[], bool]
Ended = abreast.Ended[Step, Collected]


def walk_due(at: datetime, only_run: int | None = None, is_late: IsLate = lambda: False) -> int:
    """Walks up to a batch of due searches of each account until it is late; returns how many were taken up."""
    accounts = engines.accounts(Provider.YANDEX)
    return sum(Party(account=a, at=at, is_late=is_late, only_run=only_run).walk() for a in accounts)


@dataclass(kw_only=True)
class Party:
    """The walks of one account that are under way side by side."""

    account: Account
    at: datetime
    is_late: IsLate
    only_run: int | None
    taken: int = 0
    under_way: set["Future[Ended]"] = field(default_factory=set)

    def walk(self) -> int:
        """Until nothing is left to begin and all have come back; returns how many were begun."""
        if not claiming.due(self.account, CLAIMED, self.only_run).exists():
            return 0
        holds.keep_held(self.account)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            self._begin(pool)
            while self.under_way:
                ended, self.under_way = wait(self.under_way, return_when=FIRST_COMPLETED)
                for future in ended:
                    self._go_on(pool, future.result())
                self._begin(pool)
        return self.taken

    def _begin(self, pool: ThreadPoolExecutor) -> None:
        """Each search is claimed when its turn comes: no lease runs out while it waits behind a slow walk."""
        while len(self.under_way) < AT_ONCE and self.taken < BATCH and not self.is_late():
            search = _claim(self.account, self.only_run)
            if search is None:
                return
            self.taken += 1
            if _may_walk(search, self.at):
                self._take(pool, resume(search, self.account, self.at))

    def _take(self, pool: ThreadPoolExecutor, walk: Walk) -> None:
        """The next page is under way, or the walk is over or pauses."""
        if walk.stop:
            finish(walk)
        elif self.is_late():
            ending.put_back([walk.search], "", timedelta(0), refund=True)
        elif not limits.take_calls(self.account):
            ending.put_back([walk.search], "", timedelta(seconds=1), refund=True)
        elif step := prepare(walk):
            self.under_way.add(pool.submit(abreast.ended, _ask, step))

    def _go_on(self, pool: ThreadPoolExecutor, ended: Ended) -> None:
        step = ended.asked
        if ended.answer is not None:
            keep(step, ended.answer)
        holds.asked(self.account, "search_by_image", [(ended.error, ended.seconds)], self.at)
        if ended.error is None or goes_on(step, ended.error):
            self._take(pool, step.walk)


def _claim(account: Account, only_run: int | None) -> Search | None:
    claimed = claiming.claim(
        account, CLAIMED, limit=1, become=Search.State.ASKING, lease=LEASE, is_attempt=True, only_run=only_run
    )
    return claimed[0] if claimed else None


def _may_walk(search: Search, at: datetime) -> bool:
    """Ends what began too often and what nobody wants any more."""
    if search.attempts > ending.MAX_ATTEMPTS:
        ending.end([search], Search.State.FAILED, ending.NEVER_FINISHED, at)
    elif reason := engines.why_not(search):
        ending.end([search], Search.State.SKIPPED, reason, at)
    else:
        return True
    return False


def _ask(step: Step) -> Collected:
    client = engines.yandex(is_simulated=step.walk.account.is_simulated)
    return client.search(step.query, step.walk.n_items + 1)
