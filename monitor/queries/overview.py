"""The first page: what is new, where images are live, how the runs went and what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, F, Q

from accounts.models import Workspace
from monitor.models import Collection, Match, WatchedImage
from monitor.models.matches import MatchQuerySet
from monitor.queries.confirmed import Confirmed, confirmed
from monitor.queries.contact_sheet import Sheet, contact_sheet
from monitor.queries.engines import named
from monitor.queries.history import PERIODS, Trend, domain_trend, found_by
from monitor.queries.living import Living, living
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


class Ended(NamedTuple):
    """Matches of a domain that have ended within a week: those that are gone, and those that were live before."""

    gone: int
    left: int


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
    confirmed: Confirmed
    trend: Trend
    top: list[TopDomain]
    health: list[EngineHealth]
    coming: list[Coming]


def has_images(workspace: Workspace) -> bool:
    """Whether there is anything to show yet."""
    return WatchedImage.objects.filter(workspace=workspace).exists()


def overview(workspace: Workspace, *, period: str, engine: str, at: datetime) -> Overview:
    """The page of a workspace at a moment; thirteen queries, whatever there is.

    Its figures come from indexes that hold the live matches and the ended ones of the period.
    """
    matches, moments = Match.objects.filter(workspace=workspace), PERIODS[period].moments(at)
    now = living(matches, () if engine else moments, top=TOP, since=at - WEEK)
    ended = _ended(matches, at - WEEK)
    counts = living(found_by(matches, engine), moments).counts if engine else now.counts
    return Overview(
        totals=_totals(matches, now, ended, at),
        confirmed=confirmed(workspace),
        sheet=contact_sheet(new_since(matches, at - WEEK)),
        trend=domain_trend(workspace, counts, period=period, engine=engine, at=at),
        top=_top_domains(now, ended),
        health=run_health(workspace, at),
        coming=_coming(workspace),
    )


def new_since(matches: MatchQuerySet, moment: datetime) -> MatchQuerySet:
    """Live matches first seen since then that were not there when their image began to be watched."""
    return matches.live().filter(known_at_start=False, first_seen_at__gte=moment)


def _totals(matches: MatchQuerySet, now: Living, ended: Mapping[int, Ended], at: datetime) -> Totals:
    found = new_since(matches, at - 2 * WEEK).aggregate(
        all=Count("*"), new=Count("workspace", filter=Q(first_seen_at__gte=at - WEEK))
    )
    return Totals(
        live=now.matches,
        domains=now.domains,
        new=found["new"],
        new_before=found["all"] - found["new"],
        gone=sum(each.gone for each in ended.values()),
    )


def _ended(matches: MatchQuerySet, since: datetime) -> dict[int, Ended]:
    """By domain."""
    rows = (
        matches.ended_since(since)
        .values_list("domain")
        .annotate(
            gone=Count("workspace", filter=Q(gone_at__isnull=False)),
            left=Count("workspace", filter=Q(first_seen_at__lte=since)),
        )
    )
    return {domain: Ended(*counts) for domain, *counts in rows.order_by()}


def _top_domains(now: Living, ended: Mapping[int, Ended]) -> list[TopDomain]:
    """What came in a week is live, what left was live a week ago; what did both counts for neither."""
    largest = max((domain.n for domain in now.top), default=1)
    return [
        TopDomain(
            name=domain.name,
            live=domain.n,
            change=domain.n_came - (ended[domain.pk].left if domain.pk in ended else 0),
            share=domain.n / largest,
        )
        for domain in now.top
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
