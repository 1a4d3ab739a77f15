"""The spend page: this month against the budget, by engine and collection, what waits, and the months before."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, QuerySet, Sum
from django.db.models.functions import TruncMonth

from accounts.models import Workspace
from monitor.models import LedgerEntry, Provider, ProviderTask, Search
from monitor.queries.engines import KEYS
from monitor.spending.forecast import NEAR, PAGES, Forecast, Outlook
from monitor.spending.ledger import NOTHING
from monitor.spending.months import Month
from monitor.spending.prices import Prices

ENTRIES_SHOWN = 20
MONTHS_SHOWN = 12
BOUGHT = {
    "A search on Google": (Provider.DATAFORSEO, Search.Priority.NORMAL),
    "The same at once (Run now)": (Provider.DATAFORSEO, Search.Priority.HIGH),
    "A page of Yandex": (Provider.YANDEX, Search.Priority.NORMAL),
}


@dataclass(frozen=True, kw_only=True)
class Budget:
    """A month's budget beside what it has to hold, in USD; `amount` is None before an owner has confirmed one."""

    amount: Decimal | None
    forecast: Forecast

    @property
    def left(self) -> Decimal:
        return max((self.amount or NOTHING) - self.forecast.known.taken, NOTHING)

    @property
    def state(self) -> str:
        """ "", or "spent", "near" (three quarters), "short" (the forecast is above it): the first that holds."""
        if self.amount is None:
            return ""
        taken = self.forecast.known.taken
        if taken >= self.amount:
            return "spent"
        if taken >= NEAR * self.amount:
            return "near"
        return "short" if self.forecast.total > self.amount else ""


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
class CollectionRow:
    """What a collection has cost this month, and is going to cost."""

    outlook: Outlook
    spent: Decimal


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


@dataclass(frozen=True, kw_only=True)
class SpendPage:
    """All of it; `adjusted` is the part of the month's sum that is no call of it."""

    budget: Budget
    engines: Sequence[EngineRow]
    collections: Sequence[CollectionRow]
    held: Sequence[HeldRow]
    months: Sequence[MonthRow]
    entries: Sequence[LedgerEntry]
    saved: Saved | None
    prices: Sequence[tuple[str, Decimal]]

    @cached_property
    def spent(self) -> Decimal:
        """By all collections together."""
        return sum((row.spent for row in self.collections), NOTHING)

    @cached_property
    def coming(self) -> Decimal:
        return sum((row.outlook.coming for row in self.collections), NOTHING)

    @cached_property
    def adjusted(self) -> Decimal:
        return self.budget.forecast.known.spent - sum((row.spent for row in self.engines), NOTHING)


def spend_page(workspace: Workspace, forecast: Forecast, prices: Prices) -> SpendPage:
    """The page; seven queries beside those of the forecast."""
    month = forecast.month
    tasks = ProviderTask.objects.filter(search__watched_image__workspace=workspace)
    by_provider, by_collection = _sums(tasks.filter(posted_at__gte=month.since, posted_at__lt=month.until))
    confirmed = workspace.monthly_budget if workspace.budget_confirmed_at else None
    return SpendPage(
        budget=Budget(amount=confirmed, forecast=forecast),
        engines=_engines(by_provider, prices),
        collections=[
            CollectionRow(outlook=each, spent=by_collection[each.collection.pk])
            for each in forecast.collections
        ],
        held=_held(workspace),
        months=_months(workspace, tasks, month),
        entries=list(
            LedgerEntry.objects.filter(workspace=workspace).order_by("-created_at", "-pk")[:ENTRIES_SHOWN]
        ),
        saved=_saved(workspace, month, prices),
        prices=[(name, prices.of(*kind)) for name, kind in BOUGHT.items()],
    )


def _sums(
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


def _engines(sums: dict[str, tuple[int, Decimal]], prices: Prices) -> list[EngineRow]:
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


def _held(workspace: Workspace) -> list[HeldRow]:
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


def _months(workspace: Workspace, tasks: QuerySet[ProviderTask], month: Month) -> list[MonthRow]:
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


def _saved(workspace: Workspace, month: Month, prices: Prices) -> Saved | None:
    """None where nothing was saved."""
    ended = Search.objects.filter(
        watched_image__workspace=workspace,
        target__provider=Provider.YANDEX,
        state=Search.State.DONE,
        stop__in=[Search.Stop.END, Search.Stop.REPEAT],
        ended_at__gte=month.since,
        ended_at__lt=month.until,
    )
    asked = ended.annotate(wanted=PAGES, paid=Count("provider_tasks"))
    pages = asked.filter(wanted__gt=F("paid")).aggregate(n=Sum(F("wanted") - F("paid")))["n"]
    return Saved(pages=pages, amount=pages * prices.of(Provider.YANDEX)) if pages else None
