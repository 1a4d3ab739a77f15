"""What a cell of the swim-lane says: one match, or one domain, in one run. Pure functions on ids.

Only complete answers tell an absence. It is judged over the searches of the run whose target has seen the match
before: missing until each of them calls it gone, unknown where one of them did not end complete.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from monitor import diffing

State = Literal["seen", "born", "returned", "missing", "gone", "absent", "unknown"]
NO_RANKS: Mapping[str, int] = {}


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """One search of a run: the best rank of each match, and whether a missing one is really missing."""

    target: int
    engine: str
    is_complete: bool
    ranks: Mapping[int, int]
    at: datetime | None = None
    depth: int = 0
    last_rank: int = 0

    @property
    def answer(self) -> diffing.Answer | None:
        """As presence is judged by; None before it was read."""
        if self.at is None:
            return None
        return diffing.Answer(at=self.at, ranks=self.ranks, depth=self.depth, last_rank=self.last_rank)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Best ranks by engine where seen; how many of the needed misses where it is missing."""

    state: State
    ranks: Mapping[str, int] = field(default_factory=lambda: NO_RANKS)
    misses: int = 0
    needed: int = 0

    @property
    def is_seen(self) -> bool:
        return bool(self.ranks)


ABSENT, UNKNOWN, GONE = Cell(state="absent"), Cell(state="unknown"), Cell(state="gone")


class Story:
    """The runs of an image in their order (oldest first), read once and asked for each match."""

    def __init__(self, columns: Sequence[Sequence[Sweep]]) -> None:
        self.columns = columns
        self._answers = _answers_up_to(columns)

    def cells(self, match: int, *, born_at: datetime | None) -> list[Cell]:
        """One cell for each run; `born_at` is when it was first seen, None when that is nothing to show."""
        seen_by: set[int] = set()
        was_gone, cells = False, list[Cell]()
        for place, sweeps in enumerate(self.columns):
            here = [sweep for sweep in sweeps if match in sweep.ranks]
            if here:
                cells.append(_sighting(match, here, born_at, was_gone=was_gone))
                seen_by |= {sweep.target for sweep in here}
                was_gone = False
                continue
            cell = self._absence(match, place, seen_by, was_gone=was_gone)
            was_gone = was_gone or cell.state == "gone"
            cells.append(cell)
        return cells

    def _absence(self, match: int, place: int, seen_by: set[int], *, was_gone: bool) -> Cell:
        sweeps = self.columns[place]
        judges = [sweep for sweep in sweeps if sweep.target in seen_by] or list(sweeps)
        if any(not sweep.is_complete for sweep in judges):
            return UNKNOWN
        if was_gone or not seen_by & {sweep.target for sweep in judges}:
            return ABSENT
        gaps = [diffing.absence(match, self._answers[place][sweep.target]) for sweep in judges]
        return _missing([gap for gap in gaps if gap is not None])


def _answers_up_to(columns: Sequence[Sequence[Sweep]]) -> list[dict[int, list[diffing.Answer]]]:
    """For each run the complete answers of each target until then, newest first."""
    known: dict[int, list[diffing.Answer]] = {}
    told: list[dict[int, list[diffing.Answer]]] = []
    for sweeps in columns:
        for sweep in sweeps:
            if sweep.is_complete and (answer := sweep.answer):
                known = known | {sweep.target: [answer, *known.get(sweep.target, [])]}
        told.append(known)
    return told


def _sighting(match: int, sweeps: Sequence[Sweep], born_at: datetime | None, *, was_gone: bool) -> Cell:
    ranks: dict[str, int] = {}
    for sweep in sweeps:
        ranks[sweep.engine] = min(sweep.ranks[match], ranks.get(sweep.engine, sweep.ranks[match]))
    is_born = born_at is not None and any(sweep.at == born_at for sweep in sweeps)
    state: State = "born" if is_born else ("returned" if was_gone else "seen")
    return Cell(state=state, ranks=ranks)


def _missing(gaps: Sequence[diffing.Absence]) -> Cell:
    """Gone when all say so; else as far as the least sure one has come."""
    unsure = [gap for gap in gaps if not gap.is_gone]
    if not unsure:
        return GONE if gaps else ABSENT
    least = min(unsure, key=lambda gap: gap.misses / gap.needed)
    return Cell(state="missing", misses=min(least.misses, least.needed), needed=least.needed)


def together(cells: Sequence[Cell], *, may_be_born: bool) -> Cell:
    """The cell of a domain from the cells of its pages in one run; born only with the domain's first page."""
    seen = [cell for cell in cells if cell.is_seen]
    if seen:
        return _seen_together(seen, may_be_born=may_be_born)
    for state in ("unknown", "missing", "gone"):
        alike = [cell for cell in cells if cell.state == state]
        if alike:
            return min(alike, key=lambda cell: cell.misses)
    return ABSENT


def _seen_together(seen: Sequence[Cell], *, may_be_born: bool) -> Cell:
    ranks: dict[str, int] = {}
    for cell in seen:
        for engine, rank in cell.ranks.items():
            ranks[engine] = min(rank, ranks.get(engine, rank))
    states = {cell.state for cell in seen}
    state: State = "seen"
    if may_be_born and "born" in states:
        state = "born"
    elif states == {"returned"}:
        state = "returned"
    return Cell(state=state, ranks=ranks)
