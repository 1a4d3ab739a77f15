"""Everything on the page of one watched image."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor import cadence
from monitor.models import Match, Run, WatchedImage
from monitor.queries.engines import ENGINES
from monitor.queries.history import found_by
from monitor.queries.lanes import MOST_PAGES, Board, Wish, board
from monitor.queries.match_filters import DECISIONS, HIDDEN, SHOWS, VERDICTS, MatchFilters
from monitor.queries.matches import Counts, MatchList, counts, match_list
from monitor.queries.progress import Progress, progress_of
from monitor.queries.standing import standings
from monitor.queries.timeline import latest


@dataclass(frozen=True, kw_only=True)
class ImagePage:
    """The facts, the swim-lane and the match list; `shows` are what can be listed: key, label, figure.

    `hidden` are those that are listed only when asked for.
    """

    counts: Counts
    cadence: str
    progress: Progress
    board: Board
    matches: MatchList
    shows: list[tuple[str, str, int]]
    hidden: list[tuple[str, str, int]]
    wish: Wish
    filters: MatchFilters

    @property
    def verdicts(self) -> Mapping[str, str]:
        return VERDICTS

    @property
    def decisions(self) -> Mapping[str, str]:
        return DECISIONS


def wish_of(query: Mapping[str, str], before: Run | None) -> Wish:
    """What the address asks of the swim-lane; words that are not known count as empty."""
    engine, pages = query.get("engine", ""), query.get("lanes", "")
    is_figure = pages.isascii() and pages.isdigit() and len(pages) < 4
    return Wish(
        engine=engine if engine in ENGINES else "",
        with_pages=query.get("rows") == "pages",
        domain=query.get("domain", "").strip()[:253],
        before=before,
        pages=min(max(int(pages), 1), MOST_PAGES) if is_figure else 1,
        opened=query.get("show", ""),
    )


def image_page(
    image: WatchedImage, query: Mapping[str, str], *, before: Run | None, at: datetime
) -> ImagePage:
    """The page at a moment; some fifteen queries, whatever there is."""
    wish, filters = wish_of(query, before), MatchFilters.of(query)
    known = standings(latest(image))
    matches = Match.objects.filter(watched_image=image)
    figures = counts(image, at)
    return ImagePage(
        counts=figures,
        cadence=cadence.describe(image.collection.cadence),
        progress=progress_of(image),
        board=board(image, found_by(matches.counted(), wish.engine), known, wish, at),
        matches=match_list(matches, filters, known, after=query.get("after", ""), at=at),
        shows=[(key, label, figures.of(key)) for key, label in SHOWS.items()],
        hidden=[(key, words, n) for key, words in HIDDEN.items() if (n := figures.of(key))],
        wish=wish,
        filters=filters,
    )
