"""What the month will come to: what is spent and reserved, what waits, and the runs that are still to come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from accounts.models import Workspace
from monitor.models import Collection, Provider, Search, WatchedImage
from monitor.spending.ledger import NOTHING, Sums, again_share, sums
from monitor.spending.loads import Askable, Load, loads, pages_of_target, runs_a_month, runs_left
from monitor.spending.months import Month, month_of
from monitor.spending.prices import Prices, prices_at

ROOM = Decimal("1.25")
LEAST_BUDGET = Decimal(10)
NEAR = Decimal("0.75")  # the share of a budget at which its owners are told


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What a collection is going to cost: a run, the runs to come this month, and an average month; USD."""

    collection: Collection
    a_run: Decimal
    runs: int
    monthly: Decimal

    @property
    def coming(self) -> Decimal:
        return self.a_run * self.runs


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """A month of a workspace in USD; `waiting` is what planned and held searches will cost.

    `again_share` is how much more than one call each they cost lately (0.03 is 3 % more).
    """

    month: Month
    known: Sums
    waiting: Decimal = NOTHING
    again_share: Decimal = NOTHING
    collections: Sequence[Outlook] = field(default_factory=list)

    @property
    def again(self) -> Decimal:
        """What calls will cost that have to be made again, if it goes on as it did."""
        coming = sum((each.coming for each in self.collections), NOTHING)
        return (self.waiting + coming) * self.again_share

    @property
    def total(self) -> Decimal:
        coming = sum((each.coming for each in self.collections), NOTHING)
        return self.known.taken + self.waiting + coming + self.again

    @property
    def monthly(self) -> Decimal:
        """What an average month costs with the schedules of now."""
        return sum((each.monthly for each in self.collections), NOTHING)

    @property
    def proposal(self) -> Decimal:
        """A budget with room, in whole dollars."""
        wanted = ROOM * max(self.total, self.monthly)
        return max(wanted.quantize(Decimal(1), ROUND_CEILING), LEAST_BUDGET)


def forecast(workspace: Workspace, askable: Askable, at: datetime) -> Forecast:
    """The month of `at`; six queries."""
    month, prices = month_of(workspace, at), prices_at(at)
    collections = Collection.objects.filter(workspace=workspace).select_related("workspace").order_by("name")
    asked = loads(WatchedImage.objects.filter(workspace=workspace), askable)
    zone = ZoneInfo(workspace.time_zone)
    return Forecast(
        month=month,
        known=sums({workspace.pk: month})[workspace.pk],
        waiting=_waiting(workspace, prices),
        again_share=again_share(workspace, at),
        collections=[_outlook(row, asked, prices, zone, at, month) for row in collections],
    )


def _outlook(
    collection: Collection,
    asked: Mapping[int, Load],
    prices: Prices,
    zone: ZoneInfo,
    at: datetime,
    month: Month,
) -> Outlook:
    a_run = asked.get(collection.pk, Load()).cost(prices)
    often = runs_a_month(collection.cadence, zone) if collection.is_active and a_run else NOTHING
    runs = runs_left(collection, at, month.until) if a_run else 0
    return Outlook(collection=collection, a_run=a_run, runs=runs, monthly=a_run * often)


def _waiting(workspace: Workspace, prices: Prices) -> Decimal:
    """The price of what is planned or held and will be asked."""
    states = [Search.State.PLANNED, Search.State.HELD]
    planned = Search.objects.filter(watched_image__workspace=workspace, state__in=states)
    return load_of_searches(planned).cost(prices)


def load_of_searches(searches: QuerySet[Search]) -> Load:
    """The calls that searches need when they are asked from the beginning; one query."""
    calls: dict[tuple[Provider, Search.Priority], int] = {}
    kinds = (
        searches.values_list("target__provider", "priority", pages_of_target("target__"))
        .annotate(n=Count("pk"))
        .order_by()
    )
    for provider, priority, pages, n in kinds:
        kind = Provider(provider), Search.Priority(priority)
        calls[kind] = calls.get(kind, 0) + pages * n
    return Load(calls=calls)
