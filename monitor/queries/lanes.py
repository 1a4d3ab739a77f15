"""The swim-lane of an image: domains (and their pages) against runs, the newest run last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from monitor import weblinks
from monitor.models import Match, Run, WatchedImage
from monitor.models.matches import MatchQuerySet
from monitor.queries.cells import Cell, Story, together
from monitor.queries.engines import ENGINES
from monitor.queries.lane_columns import COLUMNS, Column, Month, Stretch, columns_of, months_of, stretch
from monitor.queries.lane_words import LaneCell, paint
from monitor.queries.sites import GroupKey, Site, is_live, is_new, sites_of
from monitor.queries.standing import NOWHERE, Standing
from monitor.queries.verdict_words import best

PER_PAGE = 50
MOST_PAGES = 10
PAGES_EACH = 20
FOLDS: dict[GroupKey, str] = {
    "gone": "Gone",
    "unwatched": "No longer searched for",
    "start": "Known at start",
}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked of the swim-lane: an engine or "", pages too, part of a domain's name, columns before a run,
    how many pages of fifty domains, and which fold is open ("all" for each)."""

    engine: str = ""
    with_pages: bool = False
    domain: str = ""
    before: Run | None = None
    pages: int = 1
    opened: str = ""

    @property
    def may_grow(self) -> bool:
        """Whether there is a next page; after that a part of the name narrows the rest."""
        return self.pages < MOST_PAGES


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A row: a domain, or a page beneath it; `now` are its ranks as (engine, "G 4").

    `verdict` is the best of its live pages; `decision` is flagged when one of them is, allowed when all are.
    """

    name: str
    href: str
    is_page: bool
    is_new: bool
    is_mute: bool
    cells: Sequence[LaneCell]
    first_seen_at: datetime
    ended_at: datetime | None
    now: Sequence[tuple[str, str]]
    verdict: str
    decision: str


@dataclass(frozen=True, kw_only=True)
class Fold:
    """Domains that stand behind one line until it is opened; one that is the only thing to see stands open."""

    key: str
    label: str
    n: int
    is_open: bool
    is_alone: bool
    lanes: Sequence[Lane]
    n_more: int


@dataclass(frozen=True, kw_only=True)
class Board:
    """The whole table; `older` is the run before which earlier columns lie, `n_more` domains are not shown."""

    months: Sequence[Month]
    columns: Sequence[Column]
    lanes: Sequence[Lane]
    folds: Sequence[Fold]
    n_more: int
    older: int | None
    n_domains: int

    @property
    def width(self) -> int:
        return COLUMNS + 3

    @property
    def n_empty(self) -> int:
        """Columns at the left that no run has filled yet."""
        return COLUMNS - len(self.columns)


def board(
    image: WatchedImage, matches: MatchQuerySet, standings: Mapping[int, Standing], wish: Wish, at: datetime
) -> Board:
    """The table of an image's counted matches; six queries, whatever the number of runs and domains."""
    runs = stretch(image, engine=wish.engine, before=wish.before)
    columns = columns_of(runs, matches, wish.engine)
    sites = [site for site in sites_of(matches, standings, at) if _fits(site, wish.domain.lower())]
    rows = _Rows(wish, standings, runs, at)
    shown = [site for site in sites if site.group not in FOLDS]
    folds = [rows.fold(key, sites, opens_alone=not shown) for key in FOLDS]
    return Board(
        months=months_of(columns),
        columns=columns,
        lanes=rows.lanes(shown),
        folds=[fold for fold in folds if fold.n],
        n_more=max(0, len(shown) - wish.pages * PER_PAGE),
        older=runs.older,
        n_domains=len(sites),
    )


def _fits(site: Site, part: str) -> bool:
    return part in site.name or part in weblinks.display_host(site.name)


class _Rows:
    """Makes lanes of sites."""

    def __init__(self, wish: Wish, standings: Mapping[int, Standing], runs: Stretch, at: datetime) -> None:
        self.wish, self.standings, self.runs, self.at = wish, standings, runs, at
        self.story = Story([[each.sweep for each in searches] for searches in runs.asked])

    def fold(self, key: GroupKey, sites: Sequence[Site], *, opens_alone: bool) -> Fold:
        """A group behind its line; what was known at start stands open when there is nothing else."""
        mine = [site for site in sites if site.group == key]
        is_alone = key == "start" and opens_alone
        is_open = is_alone or self.wish.opened in (key, "all") or bool(self.wish.domain)
        return Fold(
            key=key,
            label=FOLDS[key],
            n=len(mine),
            is_open=is_open,
            is_alone=is_alone,
            lanes=self.lanes(mine, is_mute=not is_alone) if is_open else [],
            n_more=max(0, len(mine) - self.wish.pages * PER_PAGE) if is_open else 0,
        )

    def lanes(self, sites: Sequence[Site], *, is_mute: bool = False) -> list[Lane]:
        """The rows of a page of sites."""
        shown = sites[: self.wish.pages * PER_PAGE]
        return [lane for site in shown for lane in self._rows_of(site, is_mute=is_mute)]

    def _rows_of(self, site: Site, *, is_mute: bool) -> list[Lane]:
        cells = {page.pk: self._cells(page) for page in site.pages}
        births = [cell.state == "born" for cell in cells[site.first.pk]]
        columns = zip(*cells.values(), strict=True)
        merged = [
            together(column, may_be_born=is_first) for column, is_first in zip(columns, births, strict=True)
        ]
        name = weblinks.display_host(site.name)
        own = Lane(
            name=name,
            href=f"?q={site.name}#matches",
            is_page=False,
            is_new=site.group == "new",
            is_mute=is_mute,
            cells=self._paint(name, merged),
            first_seen_at=site.first_seen_at,
            ended_at=site.ended_at,
            now=self._now(site.pages),
            verdict=_verdict(site.pages),
            decision=_decision(site.pages),
        )
        pages = site.pages[:PAGES_EACH] if self.wish.with_pages else []
        return [own, *(self._page(page, cells[page.pk]) for page in pages)]

    def _paint(self, name: str, cells: Sequence[Cell]) -> list[LaneCell]:
        return paint(name, cells, self.runs, self.wish.engine)

    def _cells(self, page: Match) -> list[Cell]:
        born_at = None if page.known_at_start else page.first_seen_at
        return self.story.cells(page.pk, born_at=born_at)

    def _page(self, page: Match, cells: Sequence[Cell]) -> Lane:
        path = weblinks.display_path(page.page_url)
        return Lane(
            name=path,
            href=reverse("match", args=[page.pk]),
            is_page=True,
            is_new=is_new(page, self.at),
            is_mute=not is_live(page),
            cells=self._paint(path, cells),
            first_seen_at=page.first_seen_at,
            ended_at=page.gone_at or page.unwatched_at,
            now=self._now([page]),
            verdict=page.verdict,
            decision=page.decision,
        )

    def _now(self, pages: Sequence[Match]) -> list[tuple[str, str]]:
        """The best place on each engine now."""
        places = [place for page in pages for place in self.standings.get(page.pk, NOWHERE).places]
        engines = [engine for engine in ENGINES if self.wish.engine in ("", engine)]
        best = {
            place.engine: place.short for place in sorted(places, key=lambda place: place.rank, reverse=True)
        }
        return [(engine, best[engine]) for engine in engines if engine in best]


def _verdict(pages: Sequence[Match]) -> str:
    return best(page.verdict for page in _of_now(pages))


def _decision(pages: Sequence[Match]) -> str:
    said = {page.decision for page in _of_now(pages)}
    if Match.Decision.FLAGGED in said:
        return Match.Decision.FLAGGED
    return Match.Decision.ALLOWED if said == {Match.Decision.ALLOWED} else Match.Decision.OPEN


def _of_now(pages: Sequence[Match]) -> Sequence[Match]:
    """The live ones, or all when none is left."""
    return [page for page in pages if is_live(page)] or pages
