"""One match over the runs: its row of the swim-lane, and its ranks run by run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.models import Match
from monitor.queries.cells import Cell, Story
from monitor.queries.engines import ENGINES
from monitor.queries.lane_columns import COLUMNS, Column, Month, Stretch, columns_of, months_of, stretch
from monitor.queries.lane_words import LaneCell, paint
from monitor.queries.timeline import Asked

RankKind = Literal["rank", "absent", "unknown", "unasked"]


@dataclass(frozen=True, kw_only=True)
class Rank:
    """A place on an engine in a run; absence is told only by a complete answer."""

    kind: RankKind
    rank: int = 0


@dataclass(frozen=True, kw_only=True)
class MatchHistory:
    """The newest 24 runs that asked about the image; `ranks` by engine, for those that were asked."""

    months: Sequence[Month]
    columns: Sequence[Column]
    cells: Sequence[LaneCell]
    ranks: Sequence[tuple[str, Sequence[Rank]]]
    first_run: Column | None

    @property
    def n_empty(self) -> int:
        return COLUMNS - len(self.columns)


def match_history(match: Match) -> MatchHistory:
    """Four queries, whatever the number of runs."""
    runs = stretch(match.watched_image, engine="", before=None)
    columns = columns_of(runs, Match.objects.filter(pk=match.pk), "")
    story = Story([[each.sweep for each in searches] for searches in runs.asked])
    cells = story.cells(match.pk, born_at=None if match.known_at_start else match.first_seen_at)
    return MatchHistory(
        months=months_of(columns),
        columns=columns,
        cells=paint(match.domain.name, cells, runs, ""),
        ranks=[(engine, ranks) for engine in ENGINES if (ranks := _ranks(engine, runs, cells))],
        first_run=_first_run(match, runs, columns),
    )


def _ranks(engine: str, runs: Stretch, cells: Sequence[Cell]) -> list[Rank]:
    """Empty when none of the runs asked this engine."""
    asked = [[each for each in searches if each.engine == engine] for searches in runs.asked[runs.offset :]]
    shown = zip(cells[runs.offset :], asked, strict=True)
    return [_rank(cell, engine, searches) for cell, searches in shown] if any(asked) else []


def _rank(cell: Cell, engine: str, searches: Sequence[Asked]) -> Rank:
    if engine in cell.ranks:
        return Rank(kind="rank", rank=cell.ranks[engine])
    if not searches:
        return Rank(kind="unasked")
    return Rank(kind="absent" if all(each.is_complete for each in searches) else "unknown")


def _first_run(match: Match, runs: Stretch, columns: Sequence[Column]) -> Column | None:
    """The run that found it, if it has a column."""
    asked = runs.asked[runs.offset :]
    for column, searches in zip(columns, asked, strict=True):
        if any(each.search.observed_at == match.first_seen_at for each in searches):
            return column
    return None
