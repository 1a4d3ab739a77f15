"""What a run asks and how often runs come: the two factors of every price that is shown before it is spent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from monitor import cadence
from monitor.models import Collection, Provider, Search, SearchTarget, WatchedImage
from monitor.models.markets import YANDEX_PAGES
from monitor.spending.ledger import NOTHING
from monitor.spending.prices import Prices

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday; the same for all, so that prices do not tremble
FOUR_YEARS = timedelta(days=1461)
DAYS_A_MONTH = Decimal(1461) / 48
MOST_SLOTS = 10_000

# What is bought: the provider, and the priority of the search.
Kind = tuple[Provider, Search.Priority]


@dataclass(frozen=True, kw_only=True)
class Askable:
    """Which providers are set up; `unreachable`: Google is asked only about pictures with public addresses."""

    providers: frozenset[Provider]
    unreachable: bool = False


@dataclass(frozen=True, kw_only=True)
class Load:
    """How many calls are made, by what is bought: DataForSEO tasks, Yandex pages."""

    calls: Mapping[Kind, int] = field(default_factory=dict)

    def cost(self, prices: Prices) -> Decimal:
        """In USD."""
        return sum((n * prices.of(*kind) for kind, n in self.calls.items()), NOTHING)

    def times(self, n: int) -> "Load":
        return Load(calls={kind: n * calls for kind, calls in self.calls.items()})

    def of(self, provider: Provider) -> "Load":
        """Its part for one provider."""
        return Load(calls={kind: n for kind, n in self.calls.items() if kind[0] == provider})


def load_of_markets(markets: Iterable[tuple[str, Mapping[str, Any]]], askable: Askable) -> Load:
    """The calls for one image, from the (provider, settings) of the places where it is looked for."""
    calls: dict[Kind, int] = defaultdict(int)
    for name, settings in markets:
        provider = Provider(name)
        if provider in askable.providers:
            is_yandex = provider == Provider.YANDEX
            n = int(settings.get("pages", YANDEX_PAGES)) if is_yandex else 1
            calls[provider, Search.Priority(settings.get("priority", "normal"))] += n
    return Load(calls=dict(calls))


def loads(images: QuerySet[WatchedImage], askable: Askable) -> dict[int, Load]:
    """What a run of all these images asks, by the ids of their collections; paused ones ask nothing. One query."""
    targets = SearchTarget.objects.filter(
        is_active=True,
        provider__in=askable.providers,
        watched_image__in=images.filter(state=WatchedImage.State.ACTIVE),
    )
    if askable.unreachable:
        targets = targets.exclude(provider=Provider.DATAFORSEO, watched_image__source_url="")
    told = targets.values_list(
        "watched_image__collection", "provider", KeyTextTransform("priority", "settings"), pages_of_target()
    )
    found: dict[int, dict[Kind, int]] = defaultdict(lambda: defaultdict(int))
    for collection, provider, priority, pages, n in told.annotate(n=Count("pk")).order_by():
        found[collection][Provider(provider), Search.Priority(priority or "normal")] += pages * n
    return {collection: Load(calls=dict(calls)) for collection, calls in found.items()}


def pages_of_target(path: str = "") -> Case:
    """The calls that one search needs, in SQL; `path` leads to its target, like "target__"."""
    pages = Cast(KeyTextTransform("pages", f"{path}settings"), IntegerField())
    is_yandex = {f"{path}provider": Provider.YANDEX}
    return Case(When(**is_yandex, then=Coalesce(pages, Value(YANDEX_PAGES))), default=Value(1))


@lru_cache(maxsize=1024)
def runs_a_month(cron: str, zone: ZoneInfo) -> Decimal:
    """How often a cadence comes in an average month: of four years, or of four weeks where it is daily or more."""
    weeks = cadence.slots_between(cron, zone, EPOCH, EPOCH + timedelta(days=28), MOST_SLOTS)
    if len(weeks) >= 28:
        return Decimal(len(weeks)) / 28 * DAYS_A_MONTH
    return Decimal(len(cadence.slots_between(cron, zone, EPOCH, EPOCH + FOUR_YEARS, MOST_SLOTS))) / 48


def runs_left(collection: Collection, at: datetime, until: datetime) -> int:
    """How many runs begin by schedule from now up to, but without, `until`."""
    if not collection.is_active:
        return 0
    spread = timedelta(minutes=cadence.spread_minutes(collection.pk))
    after = max(collection.last_slot_at or at - spread, at - spread)
    last = until - spread - timedelta(microseconds=1)
    zone = ZoneInfo(collection.workspace.time_zone)
    is_due = bool(collection.next_run_at and collection.next_run_at <= at)
    return is_due + len(cadence.slots_between(collection.cadence, zone, after, last, MOST_SLOTS))
