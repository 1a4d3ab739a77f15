"""The domains that an image was found on, in the groups and the order of the swim-lane."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal

from monitor.models import Match
from monitor.models.matches import MatchQuerySet
from monitor.queries.match_filters import WEEK
from monitor.queries.standing import NOWHERE, Standing

GroupKey = Literal["new", "live", "gone", "unwatched", "start"]


@dataclass(frozen=True, kw_only=True)
class Site:
    """A domain with its matches on it, the best ranked first; `group` decides where its lane stands."""

    name: str
    pages: Sequence[Match]
    group: GroupKey
    best: int

    @property
    def first_seen_at(self) -> datetime:
        return self.first.first_seen_at

    @property
    def first(self) -> Match:
        """The page that was found first."""
        return min(self.pages, key=lambda page: page.first_seen_at)

    @property
    def ended_at(self) -> datetime | None:
        """When its last page went, if none is left."""
        ends = [page.gone_at or page.unwatched_at for page in self.pages]
        known = [end for end in ends if end]
        return max(known) if len(known) == len(ends) else None


def sites_of(matches: MatchQuerySet, standings: Mapping[int, Standing], at: datetime) -> list[Site]:
    """All domains of these matches in the order of their lanes: new ones, live ones by rank, then the others."""
    rows = matches.select_related("domain").defer("changes", "note").order_by("domain__name", "pk")
    sites = [
        _site(name, list(pages), standings, at)
        for name, pages in groupby(rows, key=lambda row: row.domain.name)
    ]
    return sorted(sites, key=_place)


def _site(name: str, pages: list[Match], standings: Mapping[int, Standing], at: datetime) -> Site:
    def rank(page: Match) -> int:
        return standings.get(page.pk, NOWHERE).best

    ordered = sorted(pages, key=lambda page: (not is_live(page), rank(page), page.pk))
    return Site(name=name, pages=ordered, group=_group(pages, at), best=min(map(rank, pages)))


def is_live(match: Match) -> bool:
    """Neither gone nor no longer searched for; similar ones and those that are not ours never come here."""
    return match.gone_at is None and match.unwatched_at is None


def is_new(match: Match, at: datetime) -> bool:
    """Live, found in the last seven days, and not there at the start."""
    return is_live(match) and not match.known_at_start and match.first_seen_at > at - WEEK


def _group(pages: Sequence[Match], at: datetime) -> GroupKey:
    live = [page for page in pages if is_live(page)]
    if not live:
        return "gone" if any(page.gone_at for page in pages) else "unwatched"
    if any(is_new(page, at) for page in live):
        return "new"
    return "start" if all(page.known_at_start for page in live) else "live"


def _place(site: Site) -> tuple[bool, float, int, str]:
    """New ones, the newest first; then by rank now; those that ended by when they did, the last first."""
    if site.group == "new":
        newest = max(page.first_seen_at for page in site.pages)
        return (False, -newest.timestamp(), site.best, site.name)
    ended = site.ended_at
    return (True, -ended.timestamp() if ended else 0.0, site.best, site.name)
