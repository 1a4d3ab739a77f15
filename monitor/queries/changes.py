"""What two answers of an engine tell about each match: the kind of the change, and the word for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor import diffing
from monitor.models import Match
from monitor.queries.timeline import Asked

Kind = Literal["new", "entered", "gone", "moved", "edited", "unknown", "same"]
KINDS: dict[Kind, str] = {
    "new": "new",
    "entered": "entered",
    "gone": "gone",
    "moved": "moved",
    "edited": "edited",
    "unknown": "unknown",
    "same": "unchanged",
}


@dataclass(frozen=True, kw_only=True)
class Answers:
    """One of the two answers: what it holds, and which of its matches were new or back again then."""

    items: Sequence[diffing.Seen]
    is_complete: bool
    at: datetime | None
    new: frozenset[int]
    returned: frozenset[int]

    @classmethod
    def of(cls, asked: Asked) -> "Answers":
        match_of = {seen.item: seen.match for seen in asked.items}
        search = asked.search
        return cls(
            items=asked.items,
            is_complete=asked.is_complete,
            at=search.observed_at,
            new=frozenset(match_of[item] for item in search.new_ids if item in match_of),
            returned=frozenset(match_of[item] for item in search.returned_ids if item in match_of),
        )


@dataclass(frozen=True, kw_only=True)
class Told:
    """A change as it is shown."""

    change: diffing.Change
    kind: Kind
    word: str


def tell(before: Answers, after: Answers, matches: Mapping[int, Match]) -> list[Told]:
    """The changes between two answers in the order of the later ranks; only of these matches."""
    changes = diffing.diff(before.items, after.items)
    return [
        _tell(change, before, after, matches[change.match]) for change in changes if change.match in matches
    ]


def _tell(change: diffing.Change, before: Answers, after: Answers, match: Match) -> Told:
    if change.kind == "new":
        kind, word = _appeared(before, after, match)
    elif change.kind == "gone":
        kind, word = _vanished(after, match)
    else:
        kind, word = change.kind, _stayed(change)
    return Told(change=change, kind=kind, word=word)


def _appeared(before: Answers, after: Answers, match: Match) -> tuple[Kind, str]:
    """New when it had never been found before; else it came into this engine's list, or back into it."""
    if match.pk in after.new:
        return "new", "new"
    if not before.is_complete:
        return "unknown", "unknown before"
    if before.at is not None and match.first_seen_at > before.at:
        return "new", "new"
    return "entered", "returned" if match.pk in after.returned else "entered"


def _vanished(after: Answers, match: Match) -> tuple[Kind, str]:
    """Gone is said only when that is confirmed; an answer that is not whole says nothing."""
    if not after.is_complete or after.at is None:
        return "unknown", "unknown"
    if match.first_seen_at > after.at:
        return "gone", "not there yet"
    is_confirmed = match.gone_at is not None and match.gone_at <= after.at
    return "gone", "gone" if is_confirmed else "not seen"


def _stayed(change: diffing.Change) -> str:
    if change.kind == "edited":
        return "edited"
    return f"{'up' if change.up > 0 else 'down'} {abs(change.up)}" if change.up else "unchanged"
