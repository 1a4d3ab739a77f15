"""Prices and forecasts for a workspace: spending, with what this installation can ask for it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts.models import Workspace
from monitor.models import Collection, Provider, WatchedImage
from monitor.models.images import DEFAULT_CADENCE
from monitor.pipeline import engines, watching
from monitor.spending.forecast import Forecast, forecast
from monitor.spending.ledger import NOTHING
from monitor.spending.loads import Askable
from monitor.spending.prices import prices_at
from monitor.spending.quotes import Quote, Schedule, quote, run_now_price


@dataclass(frozen=True, kw_only=True)
class CollectionPrice:
    """The price of a collection, what all `others` cost in an average month, and the budget if there is one."""

    quote: Quote
    others: Decimal
    budget: Decimal | None

    @property
    def together(self) -> Decimal:
        return self.quote.monthly + self.others

    @property
    def is_above(self) -> bool:
        """More than the budget allows."""
        return self.budget is not None and self.together > self.budget


def askable(workspace: Workspace) -> Askable:
    """What can be asked, and so paid for, on this installation."""
    return Askable(
        providers=frozenset(provider for provider in Provider if engines.is_set_up(workspace, provider)),
        unreachable=not engines.address_of(WatchedImage(workspace=workspace)),
    )


def forecast_of(workspace: Workspace, at: datetime) -> Forecast:
    """What the workspace's month of `at` will come to."""
    return forecast(workspace, askable(workspace), at)


def run_now(image: WatchedImage, at: datetime) -> Decimal:
    """What "Run now" costs for an image, in USD."""
    return run_now_price(image, askable(image.workspace), prices_at(at))


def quote_of(workspace: Workspace, schedule: Schedule, n_images: int, at: datetime) -> Quote:
    """The price of a schedule for so many images of a workspace."""
    zone = ZoneInfo(workspace.time_zone)
    return quote(schedule, n_images, askable(workspace), prices_at(at), zone)


def price_of_collection(row: Collection, schedule: Schedule, at: datetime) -> CollectionPrice:
    """What a collection (one that is not made yet, too) costs with a schedule, beside all others."""
    workspace = row.workspace
    others = [each for each in forecast_of(workspace, at).collections if each.collection.pk != row.pk]
    images = WatchedImage.objects.filter(collection=row.pk, state=WatchedImage.State.ACTIVE)
    return CollectionPrice(
        quote=quote_of(workspace, schedule, images.count() if row.pk else 0, at),
        others=sum((each.monthly for each in others), NOTHING),
        budget=workspace.monthly_budget if workspace.budget_confirmed_at else None,
    )


def schedule_of(row: Collection) -> Schedule:
    """As it is stored; of a new one, where it would look."""
    cron = row.cadence if row.is_active else ""
    if row.pk is None:
        return Schedule(cron=cron, markets=[*watching.default_markets(row.workspace).items()])
    return Schedule(cron=cron, markets=[(market.provider, market.settings) for market in row.markets.all()])


def image_prices(workspace: Workspace, at: datetime) -> list[tuple[str, Quote]]:
    """What each image adds, by the names of the collections; where there is none, of the first one to be made."""
    rows = (
        Collection.objects.filter(workspace=workspace).select_related("workspace").prefetch_related("markets")
    )
    known = [*rows.order_by("name", "pk")] or [Collection(workspace=workspace, cadence=DEFAULT_CADENCE)]
    can, prices, zone = askable(workspace), prices_at(at), ZoneInfo(workspace.time_zone)
    return [(row.name, quote(schedule_of(row), 1, can, prices, zone)) for row in known]
