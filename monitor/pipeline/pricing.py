"""Prices and forecasts for a workspace: spending, with what this installation can ask for it."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts.models import Workspace
from monitor.models import Collection, Provider, WatchedImage
from monitor.pipeline import engines
from monitor.spending.forecast import Forecast, forecast
from monitor.spending.loads import Askable
from monitor.spending.prices import prices_at
from monitor.spending.quotes import Quote, Schedule, quote, run_now_price


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
    return quote(schedule, n_images, askable(workspace), prices_at(at), zone, at)


def quote_of_collection(collection: Collection, n_images: int, at: datetime) -> Quote:
    """The price of a collection as it is stored."""
    markets = [(market.provider, market.settings) for market in collection.markets.all()]
    schedule = Schedule(cron=collection.cadence if collection.is_active else "", markets=markets)
    return quote_of(collection.workspace, schedule, n_images, at)
