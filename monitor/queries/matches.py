"""The matches of an image as a list, grouped by domain, those with the newest finds first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from django.db.models import Count, F, Max, Q, Window

from monitor import weblinks
from monitor.models import Match, ResultItem, WatchedImage
from monitor.models.matches import OF_THE_IMAGE, PRESENT, WITHDRAWN, MatchQuerySet
from monitor.queries.found import NONE, FoundPicture, pictures_of
from monitor.queries.match_filters import LOOK_ALIKE, NOT_OURS, WEEK, MatchFilters
from monitor.queries.sites import is_live, is_new
from monitor.queries.standing import NOWHERE, Standing

PER_PAGE = 100
# Moments in microseconds, which stay within the years of a datetime, and ids.
CURSOR = re.compile(r"(\d{1,17})\.(\d{1,18})\.(\d{1,17})\.(\d{1,18})")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class MatchRow:
    """A match with its found picture and where it stands; `label` and `price` are the engine's own words."""

    match: Match
    picture: FoundPicture
    standing: Standing
    label: str
    price: str
    is_new: bool

    @property
    def path(self) -> str:
        return weblinks.display_path(self.match.page_url)

    @property
    def title(self) -> str:
        return self.match.title or self.match.page_url

    @property
    def missing(self) -> str:
        """ "missing 1 of 2" while that is open; "" once the match has gone, or is there."""
        return self.standing.missing if is_live(self.match) else ""


@dataclass(frozen=True, kw_only=True)
class MatchGroup:
    """A domain with those of its `n` matches that are on this page."""

    domain: str
    n: int
    rows: Sequence[MatchRow]

    @property
    def name(self) -> str:
        return weblinks.display_host(self.domain)


@dataclass(frozen=True, kw_only=True)
class MatchList:
    """A page of at most 100 matches; `after` is where the next one begins, "" on the last."""

    groups: Sequence[MatchGroup]
    after: str


@dataclass(frozen=True, kw_only=True)
class Counts:
    """The figures of an image: matches by what can be shown of them, and domains with a live one."""

    live: int
    domains: int
    new: int
    gone: int
    start: int
    all: int
    similar: int
    not_ours: int

    def of(self, show: str) -> int:
        """The figure of one of SHOWS, or of HIDDEN."""
        return int(vars(self)[show])


def counts(image: WatchedImage, at: datetime) -> Counts:
    """One query."""
    is_there = OF_THE_IMAGE & PRESENT
    is_fresh = is_there & Q(known_at_start=False, first_seen_at__gt=at - WEEK)
    row = Match.objects.filter(~WITHDRAWN, watched_image=image)
    return Counts(
        **row.aggregate(
            live=Count("pk", filter=is_there),
            domains=Count("domain", filter=is_there, distinct=True),
            new=Count("pk", filter=is_fresh),
            gone=Count("pk", filter=OF_THE_IMAGE & ~Q(gone_at=None)),
            start=Count("pk", filter=is_there & Q(known_at_start=True)),
            all=Count("pk", filter=OF_THE_IMAGE),
            similar=Count("pk", filter=LOOK_ALIKE),
            not_ours=Count("pk", filter=NOT_OURS),
        )
    )


def match_list(
    matches: MatchQuerySet,
    filters: MatchFilters,
    standings: Mapping[int, Standing],
    *,
    after: str,
    at: datetime,
) -> MatchList:
    """The matches that fit, from a cursor on; three queries, and as quick on page 100 as on the first."""
    rows = list(_after(_placed(filters.apply(matches, at)), after)[: PER_PAGE + 1])
    shown = rows[:PER_PAGE]
    made = _rows(shown, standings, at)
    groups = groupby(zip(shown, made, strict=True), key=lambda pair: pair[0].domain_id)
    return MatchList(
        groups=[_group([row for _, row in pairs]) for _, pairs in groups],
        after=_cursor(shown[-1]) if len(rows) > PER_PAGE else "",
    )


def _placed(matches: MatchQuerySet) -> MatchQuerySet:
    """In order: domains by their newest match, and in each the newest first."""
    return (
        matches.annotate(
            newest=Window(Max("first_seen_at"), partition_by=[F("domain")]),
            n_alike=Window(Count("pk"), partition_by=[F("domain")]),
        )
        .order_by("-newest", "-domain", "-first_seen_at", "-pk")
        .select_related("domain")
        .defer("note")
    )


def _after(matches: MatchQuerySet, cursor: str) -> MatchQuerySet:
    found = CURSOR.fullmatch(cursor)
    if not found:
        return matches
    newest, domain, seen, pk = (int(figure) for figure in found.groups())
    moments = {"newest": EPOCH + newest * MICROSECOND, "first_seen_at": EPOCH + seen * MICROSECOND}
    return matches.filter(
        Q(newest__lt=moments["newest"])
        | Q(newest=moments["newest"], domain__lt=domain)
        | Q(newest=moments["newest"], domain=domain, first_seen_at__lt=moments["first_seen_at"])
        | Q(newest=moments["newest"], domain=domain, first_seen_at=moments["first_seen_at"], pk__lt=pk)
    )


def _cursor(match: Match) -> str:
    newest: datetime = vars(match)["newest"]
    figures = ((newest - EPOCH) // MICROSECOND, match.domain_id, (match.first_seen_at - EPOCH) // MICROSECOND)
    return ".".join(map(str, (*figures, match.pk)))


def _rows(matches: Sequence[Match], standings: Mapping[int, Standing], at: datetime) -> list[MatchRow]:
    ids = [match.pk for match in matches]
    pictures, labels = pictures_of(ids), _labels_of(ids)
    return [
        MatchRow(
            match=match,
            picture=pictures.get(match.pk, FoundPicture(reason=NONE)),
            standing=standings.get(match.pk, NOWHERE),
            label=labels.get(match.pk, ("", ""))[0],
            price=labels.get(match.pk, ("", ""))[1],
            is_new=is_new(match, at),
        )
        for match in matches
    ]


def _labels_of(matches: Sequence[int]) -> dict[int, tuple[str, str]]:
    """The newest words of an engine about the source of each match that has some: name and price."""
    items = ResultItem.objects.filter(match__in=matches).exclude(source_label="", price="")
    chosen = items.order_by("match_id", "-pk").distinct("match_id")
    return {
        item.match_id: (item.source_label, item.price)
        for item in chosen.only("match", "source_label", "price")
    }


def _group(rows: Sequence[MatchRow]) -> MatchGroup:
    first = rows[0].match
    return MatchGroup(domain=first.domain.name, n=vars(first)["n_alike"], rows=rows)
