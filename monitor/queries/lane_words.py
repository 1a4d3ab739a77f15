"""How a cell of the swim-lane is drawn and said, and where it leads."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.queries.cells import Cell
from monitor.queries.engines import ENGINES
from monitor.queries.lane_columns import Stretch
from monitor.queries.standing import in_words

STEPS = (3, 10, 30)


@dataclass(frozen=True, kw_only=True)
class LaneCell:
    """What the table draws: its class, bars by class ("" for none), a cross, its words, and its link or ""."""

    css: str
    google: str = ""
    yandex: str = ""
    cross: str = ""
    words: str = ""
    title: str = ""
    href: str = ""


def paint(name: str, cells: Sequence[Cell], runs: Stretch, engine: str) -> list[LaneCell]:
    """The cells of a row that have a column, oldest run first; `engine` is the only one asked for, or ""."""
    return [_cell(name, cells[place], place, runs, engine) for place in range(runs.offset, len(cells))]


def _cell(name: str, cell: Cell, place: int, runs: Stretch, engine: str) -> LaneCell:
    if cell.state == "absent":
        return LaneCell(css="c none", words="absent")
    trouble = runs.troubles[place]
    if cell.state == "unknown":
        return LaneCell(css="c miss", words=trouble or "unknown")
    words = "; ".join(filter(None, [words_of(cell, engine), trouble]))
    return LaneCell(
        css="c born" if cell.state == "born" else "c",
        google=_bar("google", cell),
        yandex=_bar("yandex", cell),
        cross={"missing": "x-open", "gone": "x"}.get(cell.state, ""),
        words=words,
        title=f"{name}, {runs.days[place]}: {words}",
        href=runs.href(place, engine or next((key for key in ENGINES if key in cell.ranks), "")),
    )


def _bar(engine: str, cell: Cell) -> str:
    """A class by the rank's step: g1 for ranks 1 to 3, then 4 to 10, 11 to 30, and g4 from 31 on."""
    rank = cell.ranks.get(engine)
    return "" if rank is None else f"{engine[0]}{1 + sum(rank > step for step in STEPS)}"


def words_of(cell: Cell, engine: str = "") -> str:
    """A cell for those who do not see it."""
    if cell.state == "missing":
        return in_words(cell.misses, cell.needed)
    if cell.state == "gone":
        return f"gone from {engine.capitalize()}" if engine else "gone"
    ranks = ", ".join(f"{key.capitalize()} {cell.ranks[key]}" for key in ENGINES if key in cell.ranks)
    sign = {"born": "first seen, ", "returned": "back again, "}.get(cell.state, "")
    return f"{sign}{ranks}"
