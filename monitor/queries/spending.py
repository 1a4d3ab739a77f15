"""The spend page: this month against the budget, by engine and collection, what waits, and the months before."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from accounts.models import Workspace
from monitor.models import LedgerEntry, Provider, ProviderTask, Search
from monitor.queries.spending_parts import (
    EngineRow,
    HeldRow,
    MonthRow,
    Saved,
    engines,
    held,
    months,
    saved,
    sums,
)
from monitor.spending.forecast import NEAR, Forecast, Outlook
from monitor.spending.ledger import NOTHING
from monitor.spending.prices import Prices

ENTRIES_SHOWN = 20
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
class CollectionRow:
    """What a collection has cost this month, and is going to cost."""

    outlook: Outlook
    spent: Decimal


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
    tasks = ProviderTask.objects.filter(workspace=workspace)
    by_provider, by_collection = sums(tasks.filter(posted_at__gte=month.since, posted_at__lt=month.until))
    confirmed = workspace.monthly_budget if workspace.budget_confirmed_at else None
    return SpendPage(
        budget=Budget(amount=confirmed, forecast=forecast),
        engines=engines(by_provider, prices),
        collections=[
            CollectionRow(outlook=each, spent=by_collection[each.collection.pk])
            for each in forecast.collections
        ],
        held=held(workspace),
        months=months(workspace, tasks, month),
        entries=list(
            LedgerEntry.objects.filter(workspace=workspace).order_by("-created_at", "-pk")[:ENTRIES_SHOWN]
        ),
        saved=saved(workspace, month, prices),
        prices=[(name, prices.of(*kind)) for name, kind in BOUGHT.items()],
    )
