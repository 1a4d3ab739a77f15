"""The gallery of watched images: filters, order, and the facts on each tile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower

from accounts.models import Workspace
from monitor import weblinks
from monitor.models import OPEN_STATES, Collection, Match, Search, SearchTarget, WatchedImage
from monitor.models.matches import MatchQuerySet
from monitor.queries.history import WEEKS, week_moments, weekly_counts
from monitor.queries.overview import WEEK, new_since

PER_PAGE = 60
STATUSES = {"watching": "Watching", "paused": "Paused", "failed": "Run failed"}
SORTS = {"new": "Most new first", "live": "Most live first", "title": "By name", "added": "Last added first"}
ORDERS: dict[str, list[str | Lower]] = {
    "new": ["-n_new", "-n_live", "-pk"],
    "live": ["-n_live", "-pk"],
    "title": [Lower("title"), "pk"],
    "added": ["-created_at", "-pk"],
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the gallery is asked for; empty means any."""

    q: str = ""
    collection: str = ""
    status: str = ""
    sort: str = "new"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """From an address, where words that are not known count as empty."""
        collection, status, sort = (query.get(name, "") for name in ("collection", "status", "sort"))
        return cls(
            q=query.get("q", "").strip()[:200],
            collection=collection
            if collection.isascii() and collection.isdigit() and len(collection) < 19
            else "",
            status=status if status in STATUSES else "",
            sort=sort if sort in SORTS else "new",
        )

    @property
    def are_set(self) -> bool:
        return bool(self.q or self.collection or self.status)


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A watched image with its counts; `weeks` are live matches at nine moments a week apart, None before."""

    image: WatchedImage
    live: int
    domains: int
    new: int
    weeks: list[int | None]
    has_failed: bool

    @property
    def is_paused(self) -> bool:
        """It is not searched by schedule: paused itself, or with its collection."""
        return self.image.state == WatchedImage.State.PAUSED or not self.image.collection.is_active

    @property
    def in_words(self) -> str:
        known = [count for count in self.weeks if count is not None]
        weeks = "1 week" if len(known) == 2 else f"{len(known) - 1} weeks"
        return f"Live matches over {weeks}, from {known[0]:,} to {known[-1]:,}"


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """A page of tiles, with the figures of the whole workspace above."""

    n_images: int
    n_running: int
    n_live: int
    n_domains: int
    collections: list[Collection]
    page: "Page[WatchedImage]"
    tiles: list[Tile]


def gallery(workspace: Workspace, filters: Filters, *, number: str, at: datetime) -> Gallery:
    """The page `number` (from 1; the nearest one when there is none such); nine queries."""
    images = WatchedImage.objects.filter(workspace=workspace)
    matches = Match.objects.filter(workspace=workspace)
    running = Q(state=WatchedImage.State.ACTIVE, collection__is_active=True)
    totals = images.aggregate(n_images=Count("pk"), n_running=Count("pk", filter=running))
    live = matches.live().aggregate(n_live=Count("pk"), n_domains=Count("domain", distinct=True))
    chosen = _sorted(_filtered(images, filters), filters.sort, at).select_related("collection")
    page = Paginator(chosen, PER_PAGE).get_page(number)
    return Gallery(
        **totals,
        **live,
        collections=list(Collection.objects.filter(workspace=workspace)),
        page=page,
        tiles=_tiles(list(page.object_list), at),
    )


def _filtered(images: QuerySet[WatchedImage], filters: Filters) -> QuerySet[WatchedImage]:
    if filters.q:
        on_domain = Match.objects.live().filter(
            watched_image=OuterRef("pk"), domain__name__contains=weblinks.ascii_host(filters.q).lower()
        )
        images = images.filter(Q(title__icontains=filters.q) | Exists(on_domain))
    if filters.collection:
        images = images.filter(collection=int(filters.collection))
    paused = Q(state=WatchedImage.State.PAUSED) | Q(collection__is_active=False)
    match filters.status:
        case "paused":
            return images.filter(paused)
        case "watching":
            return images.exclude(paused)
        case "failed":
            return images.filter(Exists(_failed_targets().filter(watched_image=OuterRef("pk"))))
    return images


def _sorted(images: QuerySet[WatchedImage], sort: str, at: datetime) -> QuerySet[WatchedImage]:
    own = Match.objects.filter(watched_image=OuterRef("pk"))
    if sort in ("new", "live"):
        images = images.annotate(n_new=_number_of(new_since(own, at - WEEK)), n_live=_number_of(own.live()))
    return images.order_by(*ORDERS[sort])


def _number_of(matches: MatchQuerySet) -> Coalesce:
    return Coalesce(Subquery(matches.values("watched_image").annotate(n=Count("pk")).values("n")), 0)


def _failed_targets() -> QuerySet[SearchTarget]:
    """Active targets whose newest ended search failed."""
    ended = Search.objects.filter(target=OuterRef("pk")).exclude(state__in=OPEN_STATES).order_by("-seq")
    last = Subquery(ended.values("state")[:1])
    return SearchTarget.objects.filter(is_active=True).annotate(last=last).filter(last=Search.State.FAILED)


def _tiles(images: Sequence[WatchedImage], at: datetime) -> list[Tile]:
    ids = [image.pk for image in images]
    matches = Match.objects.filter(watched_image__in=ids)
    counts = _counts(matches.live(), n=Count("pk"), domains=Count("domain", distinct=True))
    new = _counts(new_since(matches, at - WEEK), n=Count("pk"))
    weeks = weekly_counts(ids, at)
    failed = set(_failed_targets().filter(watched_image__in=ids).values_list("watched_image", flat=True))
    return [
        Tile(
            image=image,
            live=counts.get(image.pk, (0, 0))[0],
            domains=counts.get(image.pk, (0, 0))[1],
            new=new.get(image.pk, (0,))[0],
            weeks=_known(weeks.get(image.pk, [0] * (WEEKS + 1)), image.created_at, at),
            has_failed=image.pk in failed,
        )
        for image in images
    ]


def _known(counts: Sequence[int], since: datetime, at: datetime) -> list[int | None]:
    """None in place of a nought before the image was watched, when nobody looked; the last one is of now."""
    moments = week_moments(at)
    noughts = [not count and moment < since for count, moment in zip(counts[:-1], moments, strict=False)]
    return [None if nought else count for nought, count in zip([*noughts, False], counts, strict=True)]


def _counts(matches: MatchQuerySet, **columns: Count) -> dict[int, tuple[int, ...]]:
    """These columns by watched image."""
    rows = matches.values_list("watched_image").annotate(**columns).order_by()
    return {image: tuple(rest) for image, *rest in rows}
