"""Asking Yandex: walks over pages, a few of them side by side, each page a paid call.

1. A due search is claimed when its turn comes; the pages that it already holds are never paid again.
2. Each further page is written down, asked for in a thread that knows no database, and kept as soon as it comes.
3. The walk ends at an empty page, a page without news, or the market's page cap; then it is ingested whole.

A walk that breaks us stops none beside it; whatever breaks us, pages that are under way are waited for and kept.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from monitor.models import Provider, Search
from monitor.pipeline import abreast, claiming, ending, engines
from monitor.pipeline.claiming import Runs
from monitor.pipeline.engines import Account, holds, limits
from monitor.pipeline.walking.paging import LEASE, Step, end_early, finish, keep, leave, prepare
from monitor.pipeline.walking.patience import patiently
from monitor.pipeline.walking.refusals import goes_on
from monitor.pipeline.walking.walks import Stop, Walk, resume
from monitor.providers.base import Collected
from monitor.providers.yandex import Yandex
from monitor.spending.prices import Prices, prices_at

BATCH = 10
AT_ONCE = 5
CLAIMED = (Search.State.PLANNED, Search.State.ASKING)

IsLate = Callable[[], bool]
Ended = abreast.Ended[Step, Collected]

log = logging.getLogger(__name__)


def walk_due(at: datetime, only_runs: Runs = None, is_late: IsLate = lambda: False) -> int:
    """Walks up to a batch of due searches of each account until it is late; returns how many were taken up."""
    accounts = engines.accounts(Provider.YANDEX)
    return sum(
        Party(account=account, at=at, only_runs=only_runs, is_late=is_late).walk() for account in accounts
    )


@dataclass(kw_only=True)
class Party:
    """The walks of one account that are under way side by side."""

    account: Account
    at: datetime
    only_runs: Runs
    is_late: IsLate
    taken: int = 0
    is_dry: bool = False
    under_way: set["Future[Ended]"] = field(default_factory=set)
    client: Yandex = field(init=False)
    prices: Prices = field(init=False)

    def walk(self) -> int:
        """Until nothing may be begun and all have come back; returns how many were taken up, and not put back."""
        if not claiming.due(self.account, CLAIMED, self.only_runs).exists():
            return 0
        holds.keep_held(self.account)
        self.client = engines.yandex(is_simulated=self.account.is_simulated)
        self.prices = prices_at(self.at)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                self._begin(pool)
                while self.under_way:
                    self._go_on(pool)
                    self._begin(pool)
            finally:
                _keep(self.under_way)
        return self.taken

    def _begin(self, pool: ThreadPoolExecutor) -> None:
        """Each search is claimed when its turn comes: no lease runs out while it waits behind a slow walk."""
        while (places := self._places()) and not self.is_late():
            searches = _claim(self.account, self.only_runs, places)
            self.is_dry = len(searches) < places
            self.taken += len(searches)
            for search in searches:
                with _apart(search):
                    self._resume(pool, search)

    def _resume(self, pool: ThreadPoolExecutor, search: Search) -> None:
        """The walk goes on, or ends here if it began too often or if nobody wants it any more."""
        if search.attempts > ending.MAX_ATTEMPTS + 1:  # even its end breaks us
            ending.end([search], Search.State.FAILED, ending.NEVER_FINISHED, self.at)
            return
        walk = resume(search, self.account, self.at, self.prices)
        if search.attempts > ending.MAX_ATTEMPTS:
            end_early(walk, ending.NEVER_FINISHED, Stop.ERROR)
        elif not walk.stop and (reason := engines.why_not(search)):
            leave(walk, Search.State.SKIPPED, reason)
        else:
            self._take(pool, walk)

    def _places(self) -> int:
        """How many more searches may be begun now."""
        return 0 if self.is_dry else min(AT_ONCE - len(self.under_way), BATCH - self.taken)

    def _take(self, pool: ThreadPoolExecutor, walk: Walk) -> None:
        """The next page is under way, or the walk is over or pauses."""
        if walk.stop:
            finish(walk)
        elif self.is_late():
            ending.put_back([walk.search], "", timedelta(0), refund=True)
        elif not limits.take_calls(self.account):
            ending.put_back([walk.search], "", timedelta(seconds=1), refund=True)
            self.is_dry, self.taken = True, self.taken - 1
        elif step := prepare(walk):
            self.under_way.add(pool.submit(abreast.ended, self._ask, step))

    def _ask(self, step: Step) -> Collected:
        return self.client.search(step.query, step.walk.n_items + 1)

    def _go_on(self, pool: ThreadPoolExecutor) -> None:
        """Whatever has come is kept, all of it, before anything else is done with it."""
        done, _ = wait(self.under_way, return_when=FIRST_COMPLETED)
        come = _keep(done)
        self.under_way -= done
        for ended in come:
            with _apart(ended.asked.walk.search):
                holds.asked(self.account, "search_by_image", [(ended.error, ended.seconds)], self.at)
                if ended.error is None or goes_on(ended.asked, ended.error):
                    self._take(pool, ended.asked.walk)


def _keep(calls: Iterable["Future[Ended]"]) -> list[Ended]:
    """How the calls ended, once they have; each page that came is stored."""
    come = [call.result() for call in calls]
    for ended in come:
        if ended.answer is not None:
            patiently(partial(keep, ended.asked, ended.answer))
    return come


@contextmanager
def _apart(search: Search) -> Iterator[None]:
    """A walk that breaks us is taken up again after its lease."""
    try:
        yield
    except Exception:
        log.exception("The walk of search %s broke off.", search.pk)


def _claim(account: Account, only_runs: Runs, limit: int) -> list[Search]:
    ids = claiming.take(
        account,
        CLAIMED,
        limit=limit,
        become=Search.State.ASKING,
        lease=LEASE,
        is_attempt=True,
        only_runs=only_runs,
    )
    return claiming.with_all(ids) if ids else []
