"""The provider accounts: whether they work, what they hold, and their paid calls of the last day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncHour

from monitor.models import AccountState, CallCount, ProviderTask, Search
from monitor.queries import late, reports
from monitor.queries.engines import account_key, account_name

HOURS = 24
RUNS_LOOKED_AT = timedelta(days=7)
States = ProviderTask.State
NOT_ANSWERED = (States.UNKNOWN, States.REFUSED, States.LOST)


@dataclass(frozen=True, kw_only=True)
class Calls:
    """Paid calls of each of the last 24 hours, oldest first; `n_bad` of them brought no answer."""

    hours: Sequence[int]
    n_bad: int

    @property
    def n(self) -> int:
        return sum(self.hours)

    @property
    def words(self) -> str:
        """What a chart of them shows."""
        return f"{self.n:,} paid calls in 24 hours, {self.hours[-1]:,} in the last one, {max(self.hours):,} at most"


@dataclass(frozen=True, kw_only=True)
class AccountLine:
    """An account; `state` is None before its first trouble or probe, `seconds` is what a call takes on average.

    `n_late` searches have been with the provider for too long; `status` and `errors` are what it last said.
    """

    name: str
    state: AccountState | None
    calls: Calls
    seconds: float | None
    n_late: int = 0
    status: reports.Status | None = None
    errors: reports.Errors | None = None

    @property
    def is_known(self) -> bool:
        """Whether it was ever called; only a trouble gives it a state."""
        return self.state is not None or self.seconds is not None


NO_CALLS = Calls(hours=[0] * HOURS, n_bad=0)


def account_lines(names: Sequence[str], at: datetime) -> list[AccountLine]:
    """The accounts in use, in this order, and behind them any other that is held.

    Four queries, and two for what each of those in use last said.
    """
    states = {state.name: state for state in AccountState.objects.order_by("name")}
    held = [name for name, state in states.items() if state.held_at and name not in names]
    calls, seconds, n_late = _calls(at), _seconds(), _n_late(at)
    return [
        AccountLine(
            name=account_name(name) or name,
            state=states.get(name),
            calls=calls.get(name, NO_CALLS),
            seconds=seconds.get(name),
            n_late=n_late.get(name, 0),
            status=reports.status_of(name) if name in n_late else None,
            errors=reports.errors_of(name) if name in names else None,
        )
        for name in [*names, *held]
    ]


def _calls(at: datetime) -> Mapping[str, Calls]:
    """By account; of the runs of the last week, which the index of their searches finds."""
    tasks = ProviderTask.objects.filter(
        posted_at__gt=at - timedelta(hours=HOURS), search__run__scheduled_for__gt=at - RUNS_LOOKED_AT
    )
    is_demo = F("workspace__is_demo")
    counts = tasks.values("provider", is_demo=is_demo, hour=TruncHour("posted_at", tzinfo=UTC)).annotate(
        n=Count("pk"), n_bad=Count("pk", filter=Q(state__in=NOT_ANSWERED))
    )
    hours: dict[str, list[int]] = {}
    bad: dict[str, int] = {}
    for row in counts.order_by():
        name = account_key(row["provider"], is_simulated=row["is_demo"])
        ago = int((at - row["hour"]) / timedelta(hours=1))
        hours.setdefault(name, [0] * HOURS)[max(HOURS - 1 - ago, 0)] += row["n"]
        bad[name] = bad.get(name, 0) + row["n_bad"]
    return {name: Calls(hours=mine, n_bad=bad[name]) for name, mine in hours.items()}


def _n_late(at: datetime) -> dict[str, int]:
    """By account; never of a demo, whose past of months is made in a few minutes."""
    found = Search.objects.filter(late.are_late(at), watched_image__workspace__is_demo=False)
    rows = found.values_list("target__provider").annotate(n=Count("pk"))
    return {account_key(provider, is_simulated=False): n for provider, n in rows.order_by()}


def _seconds() -> dict[str, float]:
    sums = CallCount.objects.values_list("account").annotate(n=Sum("n"), seconds=Sum("seconds"))
    return {name: seconds / n for name, n, seconds in sums.order_by() if n}
