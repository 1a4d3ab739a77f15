"""The parts of the spend page: what engines have cost, what waits, the months before, what was saved."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, QuerySet, Sum
from django.db.models.functions import TruncMonth

from accounts.models import Workspace
from monitor.models import LedgerEntry, Provider, ProviderTask, Search
from monitor.queries.engines import KEYS
from monitor.spending.ledger import NOTHING
from monitor.spending.loads import pages_of_target
from monitor.spending.months import Month
from monitor.spending.prices import Prices

MONTHS_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class EngineRow:
    """What an engine has cost this month: `calls` are tasks of Google, pages of Yandex, at `price` each now."""

    key: str
    provider: Provider
    calls: int
    spent: Decimal
    share: float
    price: Decimal


@dataclass(frozen=True, kw_only=True)
class HeldRow:
    """Searches of one collection that wait for the budget, with the reason."""

    collection: str
    collection_id: int
    n: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class MonthRow:
    """A month that is over."""

    day: date
    spent: Decimal
    share: float


@dataclass(frozen=True, kw_only=True)
class Saved:
    """Yandex pages that were not needed, because the engine had no more."""

    pages: int
    amount: Decimal


def sums(
    tasks: QuerySet[ProviderTask],
) -> tuple[dict[str, tuple[int, Decimal]], dict[int, Decimal]]:
    """Calls and cost by provider, cost by collection; one query."""
    by_provider: dict[str, tuple[int, Decimal]] = {}
    by_collection: dict[int, Decimal] = defaultdict(Decimal)
    told = tasks.filter(cost__gt=0).values_list("provider", "search__watched_image__collection")
    for provider, collection, n, cost in told.annotate(n=Count("pk"), cost_sum=Sum("cost")).order_by():
        calls, spent = by_provider.get(provider, (0, NOTHING))
        by_provider[provider] = calls + n, spent + cost
        by_collection[collection] += cost
    return by_provider, by_collection


def engines(sums: dict[str, tuple[int, Decimal]], prices: Prices) -> list[EngineRow]:
    """Those that were asked, in the order of the house."""
    largest = max((spent for _, spent in sums.values()), default=NOTHING)
    return [
        EngineRow(
            key=KEYS[provider],
            provider=provider,
            calls=calls,
            spent=spent,
            share=float(spent / largest),
            price=prices.of(provider),
        )
        for provider in Provider
        if provider.value in sums
        for calls, spent in (sums[provider.value],)
    ]


def held(workspace: Workspace) -> list[HeldRow]:
    """Each collection once, with the reason of one of its searches."""
    held = Search.objects.filter(
        watched_image__workspace=workspace, state=Search.State.HELD, held_for=Search.Hold.BUDGET
    )
    rows = held.values_list("run__collection", "run__collection__name").annotate(
        n=Count("pk"), why=Max("error")
    )
    return [
        HeldRow(collection_id=pk, collection=name, n=n, reason=why)
        for pk, name, n, why in rows.order_by("run__collection__name")
    ]


def months(workspace: Workspace, tasks: QuerySet[ProviderTask], month: Month) -> list[MonthRow]:
    """The newest first; two queries."""
    zone = ZoneInfo(workspace.time_zone)
    entries = LedgerEntry.objects.filter(workspace=workspace, created_at__lt=month.since)
    paid = tasks.filter(posted_at__lt=month.since, cost__gt=0)
    by_month = (
        paid.values_list(TruncMonth("posted_at", tzinfo=zone)).annotate(total=Sum("cost")).order_by(),
        entries.values_list(TruncMonth("created_at", tzinfo=zone)).annotate(total=Sum("amount")).order_by(),
    )
    spent: dict[date, Decimal] = defaultdict(Decimal)
    for first, total in chain(*by_month):
        spent[first.date()] += total
    largest = max([*spent.values(), NOTHING])
    return [
        MonthRow(day=day, spent=spent[day], share=float(spent[day] / largest) if largest else 0)
        for day in sorted(spent, reverse=True)[:MONTHS_SHOWN]
    ]


def saved(workspace: Workspace, month: Month, prices: Prices) -> Saved | None:
    """None where nothing was saved."""
    ended = Search.objects.filter(
        watched_image__workspace=workspace,
        target__provider=Provider.YANDEX,
        state=Search.State.DONE,
        stop__in=[Search.Stop.END, Search.Stop.REPEAT],
        ended_at__gte=month.since,
        ended_at__lt=month.until,
    )
    asked = ended.annotate(wanted=pages_of_target("target__"), paid=Count("provider_tasks"))
    pages = asked.filter(wanted__gt=F("paid")).aggregate(n=Sum(F("wanted") - F("paid")))["n"]
    return Saved(pages=pages, amount=pages * prices.of(Provider.YANDEX)) if pages else None
