"""All of the Pipeline page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.models import OPEN_STATES, Notice, Search, Trouble
from monitor.queries import health
from monitor.queries.pipeline import accounts, failures, money, troubles, work


@dataclass(frozen=True, kw_only=True)
class PipelinePage:
    """Everything on the page; `lag` is None when no search is due."""

    accounts: Sequence[accounts.AccountLine]
    open_troubles: Sequence[Trouble]
    ended_troubles: Sequence[Trouble]
    lag: timedelta | None
    n_open: int
    n_held: int
    states: Sequence[str]
    engines: Sequence[work.EngineRow]
    workers: Sequence[work.Worker]
    held: Sequence[work.Held]
    failures: Sequence[failures.Failure]
    n_unknown: int
    n_paid_twice: int
    spent: Sequence[money.Spent]
    mails: Sequence[Notice]

    @property
    def n_workers(self) -> int:
        return sum(worker.is_seen for worker in self.workers)


def pipeline_page(account_names: Sequence[str], at: datetime) -> PipelinePage:
    """A constant number of queries, whatever there is."""
    counts = work.counts(at)
    return PipelinePage(
        accounts=accounts.account_lines(account_names, at),
        open_troubles=list(troubles.open_troubles()),
        ended_troubles=list(troubles.ended_troubles()),
        lag=health.queue_lag(),
        n_open=sum(n for (_, state), n in counts.items() if state in OPEN_STATES),
        n_held=sum(n for (_, state), n in counts.items() if state == Search.State.HELD),
        states=[str(state.label) for state in Search.State],
        engines=work.engine_rows(counts),
        workers=work.workers(),
        held=work.held(),
        failures=failures.by_reason(at),
        n_unknown=money.unknown(at).count(),
        n_paid_twice=money.paid_twice(),
        spent=money.spent(at),
        mails=list(troubles.operator_mails()[: troubles.MAX_MAILS]),
    )
