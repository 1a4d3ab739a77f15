"""Collections: the list, and one with its next runs and images."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count

from accounts.models import User, Workspace
from monitor import cadence
from monitor.alerts import following
from monitor.models import Collection, Follow, Match, WatchedImage
from monitor.queries.engines import named

NEXT_RUNS = 3
IMAGES_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class CollectionRow:
    """A line of the list; `frequency` is how often the reader is mailed, in words, "" for never."""

    collection: Collection
    n_images: int
    n_live: int
    engines: str
    cadence: str
    frequency: str


@dataclass(frozen=True, kw_only=True)
class CollectionPage:
    """What stands beside the form: next runs (none while paused), images, and the reader's mails."""

    cadence: str
    minutes_later: int
    next_runs: list[datetime]
    images: Sequence[WatchedImage]
    n_images: int
    frequency: str


def collection_list(workspace: Workspace, user: User) -> list[CollectionRow]:
    """All collections by name; four queries."""
    collections = Collection.objects.filter(workspace=workspace).prefetch_related("markets")
    rows = list(collections.annotate(n_images=Count("images")).order_by("name", "pk"))
    live = Match.objects.filter(workspace=workspace).live().values_list("watched_image__collection")
    n_live = dict(live.annotate(n=Count("pk")).order_by())
    chosen = following.frequencies(user, rows)
    return [
        CollectionRow(
            collection=row,
            n_images=row.n_images,  # type: ignore[attr-defined]  # annotated above
            n_live=n_live.get(row.pk, 0),
            engines=named(market.provider for market in row.markets.all()),
            cadence=cadence.describe(row.cadence),
            frequency=_in_words(chosen[row.pk]),
        )
        for row in rows
    ]


def _in_words(frequency: str) -> str:
    return "" if frequency == Follow.Frequency.OFF else str(Follow.Frequency(frequency).label)


def collection_page(collection: Collection, user: User, at: datetime) -> CollectionPage:
    """One collection; three queries."""
    images = WatchedImage.objects.filter(collection=collection)
    return CollectionPage(
        cadence=cadence.describe(collection.cadence),
        minutes_later=cadence.spread_minutes(collection.pk),
        next_runs=next_runs(collection, at),
        images=list(images[:IMAGES_SHOWN]),
        n_images=images.count(),
        frequency=following.frequency_of(user, collection),
    )


def next_runs(collection: Collection, at: datetime) -> list[datetime]:
    """The next three starts, each a slot and the collection's own minutes after it; none while it is paused."""
    if not collection.is_active:
        return []
    zone = ZoneInfo(collection.workspace.time_zone)
    spread = timedelta(minutes=cadence.spread_minutes(collection.pk))
    slots: list[datetime] = []
    for _ in range(NEXT_RUNS):
        slots.append(cadence.next_slot(collection.cadence, zone, slots[-1] if slots else at - spread))
    return [slot + spread for slot in slots]
