"""The first page: what is new, where images are live, how the runs went and what comes next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from accounts.models import Workspace
from monitor.models import Collection, Match, WatchedImage
from monitor.models.matches import MatchQuerySet
from monitor.queries.contact_sheet import Sheet, contact_sheet
from monitor.queries.engines import named
from monitor.queries.history import Trend, domain_trend, live_at
from monitor.queries.run_health import EngineHealth, run_health

WEEK = timedelta(days=7)
TOP = 6
COMING = 5


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Matches and domains now; new ones and gone ones of the last 7 days, and new ones of the 7 before."""

    live: int
    domains: int
    new: int
    new_before: int
    gone: int


@dataclass(frozen=True, kw_only=True)
class TopDomain:
    """A domain with its live matches, their change in 7 days, and their share of the largest's."""

    name: str
    live: int
    change: int
    share: float


@dataclass(frozen=True, kw_only=True)
class Coming:
    """The next run of a collection."""

    collection: Collection
    n_images: int
    engines: str


@dataclass(frozen=True, kw_only=True)
class Overview:
    """All that the page shows."""

    totals: Totals
    sheet: Sheet
    trend: Trend
    top: list[TopDomain]
    health: list[EngineHealth]
    coming: list[Coming]


def has_images(workspace: Workspace) -> bool:
    """Whether there is anything to show yet."""
    return WatchedImage.objects.filter(workspace=workspace).exists()


def overview(workspace: Workspace, *, period: str, engine: str, at: datetime) -> Overview:
    """The page of a workspace at a moment; twelve queries, whatever there is."""
    matches = Match.objects.filter(workspace=workspace)
    return Overview(
        totals=_totals(matches, at),
        sheet=contact_sheet(new_since(matches, at - WEEK)),
        trend=domain_trend(workspace, period=period, engine=engine, at=at),
        top=_top_domains(matches, at),
        health=run_health(workspace, at),
        coming=_coming(workspace),
    )


def new_since(matches: MatchQuerySet, moment: datetime) -> MatchQuerySet:
    """Live matches first seen since then that were not there when their image began to be watched."""
    return matches.live().filter(known_at_start=False, first_seen_at__gte=moment)


def _totals(matches: MatchQuerySet, at: datetime) -> Totals:
    is_live = Q(gone_at=None, unwatched_at=None)
    found = is_live & Q(known_at_start=False)
    row = matches.counted().aggregate(
        live=Count("pk", filter=is_live),
        domains=Count("domain", filter=is_live, distinct=True),
        new=Count("pk", filter=found & Q(first_seen_at__gte=at - WEEK)),
        new_before=Count(
            "pk", filter=found & Q(first_seen_at__gte=at - 2 * WEEK, first_seen_at__lt=at - WEEK)
        ),
        gone=Count("pk", filter=Q(gone_at__gte=at - WEEK)),
    )
    return Totals(**row)


def _top_domains(matches: MatchQuerySet, at: datetime) -> list[TopDomain]:
    rows = (
        matches.counted()
        .values_list("domain__name")
        .annotate(
            n_live=Count("pk", filter=Q(gone_at=None, unwatched_at=None)),
            n_before=Count("pk", filter=live_at(at - WEEK)),
        )
        .filter(n_live__gt=0)
        .order_by("-n_live", "domain__name")[:TOP]
    )
    largest = max((live for _, live, _ in rows), default=1)
    return [
        TopDomain(name=name, live=live, change=live - before, share=live / largest)
        for name, live, before in rows
    ]


def _coming(workspace: Workspace) -> list[Coming]:
    active = Count("images", filter=Q(images__state=WatchedImage.State.ACTIVE))
    collections = Collection.objects.filter(workspace=workspace, is_active=True, next_run_at__isnull=False)
    with_images = collections.annotate(n_active=active).filter(n_active__gt=0).prefetch_related("markets")
    return [
        Coming(
            collection=collection,
            n_images=collection.n_active,  # type: ignore[attr-defined]  # annotated above
            engines=named(market.provider for market in collection.markets.all()),
        )
        for collection in with_images.order_by(F("next_run_at"), "pk")[:COMING]
    ]
