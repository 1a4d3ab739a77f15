"""Prices said before they are spent: of a collection as its form stands, of an image, of "Run now"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from monitor.models import Provider, Search, WatchedImage
from monitor.spending.ledger import NOTHING
from monitor.spending.loads import Askable, Kind, Load, load_of_markets, loads, runs_a_month
from monitor.spending.prices import Prices

SLOWER = {
    "Monday to Friday": "0 5 * * 1-5",
    "twice a week": "0 5 * * 1,4",
    "weekly": "0 5 * * 1",
    "monthly": "0 5 1 * *",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that is bought for each image and run: `calls` tasks or pages at `each` USD."""

    provider: Provider
    priority: Search.Priority
    calls: int
    each: Decimal

    @property
    def cost(self) -> Decimal:
        return self.calls * self.each

    @property
    def key(self) -> str:
        """The engine."""
        return "yandex" if self.provider == Provider.YANDEX else "google"

    @property
    def words(self) -> str:
        noun = "page" if self.provider == Provider.YANDEX else "search"
        plural = "pages" if self.provider == Provider.YANDEX else "searches"
        high = ", high priority" if self.priority == Search.Priority.HIGH else ""
        return f"{self.calls} {noun if self.calls == 1 else plural}{high}"


@dataclass(frozen=True, kw_only=True)
class Saving:
    """What would cost less, in words, and by how much in an average month (USD)."""

    instead: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Quote:
    """The price of a schedule; amounts in USD, a month is an average one."""

    lines: Sequence[Line] = field(default_factory=list)
    n_images: int
    per_image: Decimal
    runs_a_month: Decimal
    savings: Sequence[Saving] = field(default_factory=list)

    @property
    def per_run(self) -> Decimal:
        return self.n_images * self.per_image

    @property
    def monthly(self) -> Decimal:
        return self.per_run * self.runs_a_month

    @property
    def image_monthly(self) -> Decimal:
        """What each image adds."""
        return self.per_image * self.runs_a_month


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When and where a collection is to look; `cron` is "" while it is paused."""

    cron: str
    markets: Sequence[tuple[str, Mapping[str, Any]]]


def quote(schedule: Schedule, n_images: int, askable: Askable, prices: Prices, zone: ZoneInfo) -> Quote:
    """The price of a schedule for so many images; for none yet the savings are those of one."""
    load = load_of_markets(schedule.markets, askable)
    often = runs_a_month(schedule.cron, zone) if schedule.cron else NOTHING
    cost = load.cost(prices)
    images = max(n_images, 1)
    slower = _slower(cost * images, often, zone) if often and cost else []
    fewer = _fewer_pages(load, prices, images * often)
    return Quote(
        lines=[_line(kind, calls, prices) for kind, calls in load.calls.items()],
        n_images=n_images,
        per_image=cost,
        runs_a_month=often,
        savings=[*slower, *fewer],
    )


def _line(kind: Kind, calls: int, prices: Prices) -> Line:
    provider, priority = kind
    return Line(provider=provider, priority=priority, calls=calls, each=prices.of(provider, priority))


def _slower(per_run: Decimal, often: Decimal, zone: ZoneInfo) -> list[Saving]:
    """The next two slower cadences."""
    found = ((name, runs_a_month(line, zone)) for name, line in SLOWER.items())
    savings = [
        Saving(instead=f"Running {name}", amount=per_run * (often - runs))
        for name, runs in found
        if runs < often * Decimal("0.95")
    ]
    return savings[:2]


def _fewer_pages(load: Load, prices: Prices, searches: Decimal) -> list[Saving]:
    """One page of Yandex instead of several."""
    pages = sum(load.of(Provider.YANDEX).calls.values())
    if pages < 2 or not searches:
        return []
    amount = (pages - 1) * prices.of(Provider.YANDEX) * searches
    return [Saving(instead=f"One page of Yandex instead of {pages}", amount=amount)]


def run_now_price(image: WatchedImage, askable: Askable, prices: Prices) -> Decimal:
    """What asking every engine at once about an image costs in USD, at high priority; one query."""
    one = WatchedImage.objects.filter(pk=image.pk)
    load = loads(one, askable).get(image.collection_id, Load())
    calls: dict[Kind, int] = {}
    for (provider, _), n in load.calls.items():
        kind = provider, Search.Priority.HIGH
        calls[kind] = calls.get(kind, 0) + n
    return Load(calls=calls).cost(prices)
