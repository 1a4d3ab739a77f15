"""The gallery of watched images: filters, order, and the facts on each tile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower

from accounts.models import Workspace
from monitor import weblinks
from monitor.models import OPEN_STATES, Collection, Match, Search, SearchTarget, WatchedImage
from monitor.models.matches import MatchQuerySet
from monitor.queries.history import week_moments, weeks_of
from monitor.queries.overview import WEEK, new_since

PER_PAGE = 60
STATUSES = {"watching": "Watching", "paused": "Paused", "failed": "Run failed"}
SORTS = {"new": "Most new first", "live": "Most live first", "title": "By name", "added": "Last added first"}
ORDERS: dict[str, list[str | Lower]] = {"title": [Lower("title"), "pk"], "added": ["-created_at", "-pk"]}


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
    page: "Page[int]"
    tiles: list[Tile]


def gallery(workspace: Workspace, filters: Filters, *, number: str, at: datetime) -> Gallery:
    """The page `number` (from 1; the nearest one when there is none such); nine queries."""
    images = WatchedImage.objects.filter(workspace=workspace)
    matches = Match.objects.filter(workspace=workspace)
    running = Q(state=WatchedImage.State.ACTIVE, collection__is_active=True)
    totals = images.aggregate(n_images=Count("pk"), n_running=Count("pk", filter=running))
    live, new = by_image(matches.live()), by_image(new_since(matches, at - WEEK))
    ids = _sorted(_filtered(images, matches, filters), filters.sort, live, new)
    page = Paginator(ids, PER_PAGE).get_page(number)
    return Gallery(
        **totals,
        n_live=sum(live.values()),
        n_domains=matches.live().aggregate(n=Count("domain", distinct=True))["n"],
        collections=list(Collection.objects.filter(workspace=workspace)),
        page=page,
        tiles=_tiles(list(page), live, new, at),
    )


def _filtered(
    images: QuerySet[WatchedImage], matches: MatchQuerySet, filters: Filters
) -> QuerySet[WatchedImage]:
    if filters.q:
        name = weblinks.ascii_host(filters.q).lower()
        on_domain = matches.live().filter(domain__name__contains=name).values("watched_image")
        images = images.filter(Q(title__icontains=filters.q) | Q(pk__in=on_domain))
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


def _sorted(
    images: QuerySet[WatchedImage], sort: str, live: Mapping[int, int], new: Mapping[int, int]
) -> list[int]:
    """All of them by id: the counts, of the whole workspace, are in no order that an index has."""
    ids = list(images.order_by(*ORDERS.get(sort, ["-pk"])).values_list("pk", flat=True))
    if sort == "new":
        ids.sort(key=lambda pk: (new.get(pk, 0), live.get(pk, 0)), reverse=True)
    elif sort == "live":
        ids.sort(key=lambda pk: live.get(pk, 0), reverse=True)
    return ids


def _failed_targets() -> QuerySet[SearchTarget]:
    """Active targets whose newest ended search failed."""
    ended = Search.objects.filter(target=OuterRef("pk")).exclude(state__in=OPEN_STATES).order_by("-seq")
    last = Subquery(ended.values("state")[:1])
    return SearchTarget.objects.filter(is_active=True).annotate(last=last).filter(last=Search.State.FAILED)


def _tiles(ids: Sequence[int], live: Mapping[int, int], new: Mapping[int, int], at: datetime) -> list[Tile]:
    images = WatchedImage.objects.select_related("collection").in_bulk(ids)
    weeks = weeks_of(ids, at)
    failed = set(_failed_targets().filter(watched_image__in=ids).values_list("watched_image", flat=True))
    return [
        Tile(
            image=images[pk],
            live=live.get(pk, 0),
            domains=weeks[pk].domains,
            new=new.get(pk, 0),
            weeks=_known(weeks[pk].counts, images[pk].created_at, at),
            has_failed=pk in failed,
        )
        for pk in ids
        if pk in images
    ]


def _known(counts: Sequence[int], since: datetime, at: datetime) -> list[int | None]:
    """None in place of a nought before the image was watched, when nobody looked; the last one is of now."""
    moments = week_moments(at)
    noughts = [not count and moment < since for count, moment in zip(counts[:-1], moments, strict=False)]
    return [None if nought else count for nought, count in zip([*noughts, False], counts, strict=True)]


def by_image(matches: MatchQuerySet) -> dict[int, int]:
    """How many of these matches each watched image has."""
    return dict(matches.values_list("watched_image").annotate(n=Count("*")).order_by())
