"""The state of the installation as metrics; amounts in USD, times in seconds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import zip_longest

from django.db.models import Count

from monitor.models import (
    AccountState,
    CallCount,
    Delivery,
    Mail,
    Notice,
    Picture,
    Provider,
    Search,
    Trouble,
)
from monitor.queries import health
from monitor.queries.exposition import Family, Sample, gauge
from monitor.queries.pipeline import money, work

OUTSTANDING = (Mail.Outcome.WAITING, Mail.Outcome.SENDING)


def families(limits: Sequence[float], at: datetime) -> Iterable[Family]:
    """Every metric; `limits` are the upper limits, in seconds, that calls are counted by."""
    yield _searches(at)
    yield _held()
    lag = health.queue_lag()
    seconds = lag.total_seconds() if lag else 0.0
    yield gauge("whereabouts_queue_lag_seconds", "For how long the oldest due search has been due.", seconds)
    yield gauge(
        "whereabouts_workers", "Clusters of workers seen in the last two minutes.", health.workers_seen()
    )
    yield from _calls(limits)
    yield from _accounts()
    yield _spent(at)
    unknown = money.unknown(at).count()
    yield gauge(
        "whereabouts_calls_unknown", "Paid calls that the provider may or may not have taken.", unknown
    )
    yield gauge(
        "whereabouts_paid_twice", "Calls paid again although no rule asked for it.", money.paid_twice()
    )
    pending = Picture.objects.filter(state=Picture.State.PENDING).count()
    yield gauge("whereabouts_pictures_pending", "Found pictures that are still to be fetched.", pending)
    yield _mails()
    yield from _troubles()


def _searches(at: datetime) -> Family:
    counts = work.counts(at)
    return Family(
        name="whereabouts_searches",
        kind="gauge",
        help="Searches by state: all open ones, and the ended ones of the last seven days' runs.",
        samples=[
            Sample(value=counts.get((provider, state), 0), labels={"provider": provider, "state": state})
            for provider in Provider.values
            for state in Search.State.values
        ],
    )


def _held() -> Family:
    held = Search.objects.filter(state=Search.State.HELD).values_list("held_for")
    counts = dict(held.annotate(n=Count("pk")).order_by())
    return _by("whereabouts_searches_held", "Searches on hold, by what they wait for.", "for", {
        what: counts.get(what, 0) for what in Search.Hold.values
    })  # fmt: skip


def _calls(limits: Sequence[float]) -> Iterable[Family]:
    calls = list(CallCount.objects.order_by("account", "call", "outcome"))
    yield Family(
        name="whereabouts_provider_calls_total",
        kind="counter",
        help="Calls to providers by how they ended.",
        samples=[
            Sample(value=row.n, labels={"account": row.account, "call": row.call, "outcome": row.outcome})
            for row in calls
        ],
    )
    kinds: dict[tuple[str, str], list[CallCount]] = {}
    for row in calls:
        kinds.setdefault((row.account, row.call), []).append(row)
    yield Family(
        name="whereabouts_provider_call_seconds",
        kind="histogram",
        help="How long calls to providers took.",
        samples=[sample for key, rows in kinds.items() for sample in _histogram(*key, rows, limits)],
    )


def _histogram(
    account: str, call: str, rows: Sequence[CallCount], limits: Sequence[float]
) -> Iterable[Sample]:
    labels = {"account": account, "call": call}
    fits = [sum(column) for column in zip_longest(*(row.buckets for row in rows), fillvalue=0)]
    n = sum(row.n for row in rows)
    for limit, count in zip(limits, fits, strict=False):
        yield Sample(suffix="_bucket", labels=labels | {"le": str(limit)}, value=count)
    yield Sample(suffix="_bucket", labels=labels | {"le": "+Inf"}, value=n)
    yield Sample(suffix="_sum", labels=labels, value=sum(row.seconds for row in rows))
    yield Sample(suffix="_count", labels=labels, value=n)


def _accounts() -> Iterable[Family]:
    states = AccountState.objects.order_by("name")
    held = {state.name: int(state.held_at is not None) for state in states}
    balances = {state.name: state.balance for state in states if state.balance is not None}
    yield _by(
        "whereabouts_account_held", "1 while nothing is posted for a provider account.", "account", held
    )
    yield _by("whereabouts_account_balance_usd", "What a provider account holds.", "account", balances)


def _spent(at: datetime) -> Family:
    amounts = {spent.account: spent.amount for spent in money.spent(at)}
    return _by("whereabouts_spent_usd", "Spent since the month began in UTC.", "account", amounts)


def _mails() -> Family:
    return _by("whereabouts_mails_waiting", "Mails that are still to be sent.", "about", {
        "matches": Delivery.objects.filter(outcome__in=OUTSTANDING).count(),
        "troubles": Notice.objects.filter(outcome__in=OUTSTANDING).count(),
    })  # fmt: skip


def _troubles() -> Iterable[Family]:
    counts = dict(
        Trouble.objects.filter(ended_at=None).values_list("kind").annotate(n=Count("pk")).order_by()
    )
    kinds = {kind: counts.get(kind, 0) for kind in Trouble.Kind.values}
    yield _by("whereabouts_troubles", "Troubles that are not over, by kind.", "kind", kinds)
    spent = counts.get(Trouble.Kind.BUDGET_SPENT, 0)
    yield gauge("whereabouts_budgets_reached", "Workspaces whose budget of the month is spent.", spent)


def _by(name: str, help: str, label: str, values: Mapping[str, float | Decimal]) -> Family:
    """A gauge with one label."""
    samples = [Sample(value=value, labels={label: key}) for key, value in values.items()]
    return Family(name=name, kind="gauge", help=help, samples=samples)
