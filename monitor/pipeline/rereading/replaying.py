"""The life of one match, told again from the answers that were given: when it was new, gone and returned. Pure.

The rules are those of ingesting (a complete answer of an active target judges; gone is confirmed, on all active
targets that have seen the match), applied to answers in the order in which they came.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from monitor import diffing

Turn = Literal["new", "gone", "returned"]


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer as it was kept: `items` in rank order with `ranks` beside them."""

    search: int
    target: int
    seq: int
    at: datetime
    is_complete: bool
    items: Sequence[int]
    ranks: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Asker:
    """What of a target matters: how many items its answers may hold, and whether it still judges."""

    depth: int
    is_active: bool


@dataclass(kw_only=True)
class Life:
    """What became of a match; `turns` are (search, what) and `first` is None when no answer has ever held it."""

    first: Given | None = None
    gone_at: datetime | None = None
    last_seen_at: datetime | None = None
    turns: set[tuple[int, Turn]] = field(default_factory=set)


def live(match: int, items: Collection[int], given: Sequence[Given], askers: Mapping[int, Asker]) -> Life:
    """The life of a match with these items, through answers in the order in which they came."""
    life, heard = Life(), _Heard(match=match, askers=askers)
    for answer in given:
        rank = next((r for i, r in zip(answer.items, answer.ranks, strict=True) if i in items), None)
        judges = heard.take(answer, rank)
        if rank is not None:
            _appear(life, answer, judges=judges)
        elif judges and life.first and not life.gone_at and answer.target in heard.seen_by:
            _miss(life, answer, heard)
    return life


def _appear(life: Life, answer: Given, *, judges: bool) -> None:
    if life.first is None:
        life.first = answer
        life.turns.add((answer.search, "new"))
    elif judges and life.gone_at:
        life.gone_at = life.last_seen_at = None
        life.turns.add((answer.search, "returned"))


def _miss(life: Life, answer: Given, heard: "_Heard") -> None:
    assert life.first  # noqa: S101  # what was never seen is never missed
    rows = heard.since(life.first.at)
    gaps = [gap for row in rows if (gap := diffing.absence(heard.match, row)) and gap.is_gone]
    if len(gaps) < len(rows):
        return
    life.gone_at = max(gap.since for gap in gaps)
    seen = [each.at for row in rows for each in row if heard.match in each.ranks]
    life.last_seen_at = max(seen, default=life.first.at)
    life.turns.add((answer.search, "gone"))


@dataclass(kw_only=True)
class _Heard:
    """The answers so far: the complete ones of each target newest first, and who has seen the match."""

    match: int
    askers: Mapping[int, Asker]
    seen_by: set[int] = field(default_factory=set)
    complete: dict[int, list[tuple[int, diffing.Answer]]] = field(default_factory=dict)

    def take(self, answer: Given, rank: int | None) -> bool:
        """Adds an answer; whether it judges. One that came after a later one of its target does not."""
        asker = self.askers[answer.target]
        if rank is not None:
            self.seen_by.add(answer.target)
        if not answer.is_complete:
            return False
        rows = self.complete.setdefault(answer.target, [])
        is_newest = not rows or rows[0][0] < answer.seq
        ranks = {} if rank is None else {self.match: rank}
        last_rank = max(answer.ranks, default=0)
        read = diffing.Answer(at=answer.at, ranks=ranks, depth=asker.depth, last_rank=last_rank)
        rows.append((answer.seq, read))
        rows.sort(key=lambda row: -row[0])
        return is_newest and asker.is_active

    def since(self, first: datetime) -> list[list[diffing.Answer]]:
        """For each active target that has seen the match its answers from then on, newest first."""
        judges = [target for target in self.seen_by if self.askers[target].is_active]
        return [[a for _, a in self.complete.get(target, []) if a.at >= first] for target in judges]
