"""What changed: between two answers, and over a row of answers of one target. Pure functions on ids.

The rules are those of the design, section 6: only complete answers count, gone is confirmed, a changed order
inside a page's own items is no edit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from operator import attrgetter
from statistics import median
from typing import Literal, NamedTuple

ChangeKind = Literal["new", "gone", "moved", "edited", "same"]
TextKind = Literal["same", "del", "ins"]

MISSES_NEEDED = 2
MISSES_NEEDED_BELOW_DEPTH = 8
MISSES_APART = timedelta(hours=48)
NEAR_THE_END = 0.8
SUSPECT_SHARE = 0.5
SUSPECT_WINDOW = 5


class Seen(NamedTuple):
    """A result item of a match at its rank (from 1) in one answer."""

    item: int
    match: int
    rank: int


class Change(NamedTuple):
    """A match in two answers; `before` or `after` is None where it is absent, `up` is ranks gained."""

    kind: ChangeKind
    match: int
    before: Seen | None
    after: Seen | None
    up: int = 0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A complete answer of one target: when, the best rank of each match, and how many items it may hold.

    `last_rank` is that of its last item, which may belong to a match that stands higher too.
    """

    at: datetime
    ranks: Mapping[int, int]
    depth: int = 0
    last_rank: int = 0

    @property
    def is_full(self) -> bool:
        return bool(self.depth) and max(self.last_rank, *self.ranks.values(), 0) >= self.depth


@dataclass(frozen=True, kw_only=True)
class Absence:
    """A match that the newest answers lack: in how many, since when, and how many it takes to call it gone."""

    misses: int
    since: datetime
    needed: int
    is_gone: bool


def best_of(items: Sequence[Seen]) -> dict[int, Seen]:
    """The best-ranked item of each match, in rank order."""
    best: dict[int, Seen] = {}
    for seen in sorted(items, key=attrgetter("rank", "item")):
        best.setdefault(seen.match, seen)
    return best


def diff(before: Sequence[Seen], after: Sequence[Seen]) -> list[Change]:
    """Changes between two answers by match: in the order of the later ranks, gone ones at their old rank."""
    old, new = best_of(before), best_of(after)
    known = {seen.item for seen in before}
    changes = [_change(match, old.get(match), new.get(match), known) for match in new | old]
    return sorted(changes, key=_place)


def n_moved(before: Sequence[Seen], after: Sequence[Seen]) -> int:
    """How many matches `diff` calls moved."""
    old, known = best_of(before), {seen.item for seen in before}
    in_both = (seen for match, seen in best_of(after).items() if match in old and seen.item in known)
    return sum(seen.rank != old[seen.match].rank for seen in in_both)


def _change(match: int, before: Seen | None, after: Seen | None, known: set[int]) -> Change:
    if before is None or after is None:
        return Change(kind="gone" if after is None else "new", match=match, before=before, after=after)
    up = before.rank - after.rank
    kind: ChangeKind = "moved" if up else "same"
    if after.item not in known:
        kind = "edited"
    return Change(kind=kind, match=match, before=before, after=after, up=up)


def _place(change: Change) -> tuple[int, int, int]:
    seen = change.after or change.before
    assert seen is not None  # noqa: S101  # a change has at least one side
    return seen.rank, change.after is not None, change.match


def absence(match: int, answers: Sequence[Answer]) -> Absence | None:
    """How long `match` has been missing from a target's complete answers (newest first); None while present.

    An absence from a full list of a match that was last seen near its end takes longer to believe.
    """
    missed = 0
    while missed < len(answers) and match not in answers[missed].ranks:
        missed += 1
    if missed == 0:
        return None
    first = answers[missed - 1]
    needed = _misses_needed(match, answers, missed)
    apart = answers[0].at - first.at
    return Absence(
        misses=missed, since=first.at, needed=needed, is_gone=missed >= needed and apart >= MISSES_APART
    )


def _misses_needed(match: int, answers: Sequence[Answer], missed: int) -> int:
    if missed >= len(answers) or not answers[0].is_full:
        return MISSES_NEEDED
    last_rank = answers[missed].ranks[match]
    below = last_rank > NEAR_THE_END * answers[0].depth
    return MISSES_NEEDED_BELOW_DEPTH if below else MISSES_NEEDED


def is_suspect(n_items: int, earlier: Sequence[int]) -> bool:
    """Whether an answer is oddly thin beside the sizes of earlier complete ones (newest first): ask once more."""
    recent = list(earlier[:SUSPECT_WINDOW])
    return bool(recent) and n_items < SUSPECT_SHARE * median(recent)


def runs_of_text(before: str, after: str) -> list[tuple[TextKind, str]]:
    """The words of two titles as runs that are the same, only in the first, or only in the second."""
    old, new = before.split(), after.split()
    runs: list[tuple[TextKind, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(("same", " ".join(old[i:j])))
            continue
        sides: list[tuple[TextKind, list[str]]] = [("del", old[i:j]), ("ins", new[k:m])]
        runs += [(kind, " ".join(words)) for kind, words in sides if words]
    return runs
