"""How a cell of the swim-lane is drawn and said, and where it leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from monitor.models import Run, WatchedImage
from monitor.queries.cells import Cell, Story
from monitor.queries.engines import ENGINES
from monitor.queries.standing import in_words
from monitor.queries.timeline import Asked

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


@dataclass(frozen=True, kw_only=True)
class Whereto:
    """The addresses of what changed: by run and engine, against the complete one before on that engine."""

    image: int
    runs: Sequence[Run]
    before: Sequence[Mapping[str, int]]

    @classmethod
    def of(cls, image: WatchedImage, asked: Sequence[Sequence[Asked]], runs: Sequence[Run]) -> "Whereto":
        known: dict[str, int] = {}
        before: list[Mapping[str, int]] = []
        for run, searches in zip(runs, asked, strict=True):
            before.append(known)
            known = known | {each.engine: run.pk for each in searches if each.is_complete}
        return cls(image=image.pk, runs=runs, before=before)

    def href(self, place: int, engine: str = "") -> str:
        """The diff of the run at this place; on the engine, or on the first one that has something before it."""
        known = self.before[place]
        chosen = engine or next((each for each in ENGINES if each in known), "google")
        start = f"from={known[chosen]}&" if chosen in known else ""
        return f"{reverse('image-diff', args=[self.image])}?{start}to={self.runs[place].pk}&engine={chosen}"


@dataclass(frozen=True, kw_only=True)
class Painter:
    """Draws the cells of one row after another; only the last `columns` runs are shown."""

    story: Story
    whereto: Whereto
    runs: Sequence[Run]
    engine: str
    columns: int
    are_open: Sequence[bool]

    def paint(self, name: str, cells: Sequence[Cell]) -> list[LaneCell]:
        """The cells of a row, oldest run first."""
        first = max(0, len(cells) - self.columns)
        return [self._cell(name, place, cells[place]) for place in range(first, len(cells))]

    def _cell(self, name: str, place: int, cell: Cell) -> LaneCell:
        if cell.state == "absent":
            return LaneCell(css="c none", words="absent")
        if cell.state == "unknown":
            return LaneCell(
                css="c miss", words="still under way" if self.are_open[place] else "did not finish"
            )
        words = words_of(cell, self.engine)
        day = date_format(timezone.localtime(self.runs[place].scheduled_for), "j M")
        return LaneCell(
            css="c born" if cell.state == "born" else "c",
            google=_bar("google", cell),
            yandex=_bar("yandex", cell),
            cross={"missing": "x-open", "gone": "x"}.get(cell.state, ""),
            words=words,
            title=f"{name}, {day}: {words}",
            href=self.whereto.href(place, self.engine or next(iter(cell.ranks), "")),
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
