"""The open search that an answer belongs to, read under the lock of its image with all that is known of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor import diffing
from monitor.models import OPEN_STATES, SearchTarget
from monitor.pipeline.ingesting import statements
from monitor.pipeline.ingesting.entries import Entry

SHORT_WINDOW = diffing.MISSES_NEEDED_BELOW_DEPTH + 1
LONG_WINDOW = 60


class Past(NamedTuple):
    """A complete answer of a target: its items in rank order, their ranks beside them."""

    at: datetime
    items: Sequence[int]
    ranks: Sequence[int]


class Standing(NamedTuple):
    """Where a match stands: all None while it is there and watched."""

    gone_at: datetime | None = None
    last_seen_at: datetime | None = None
    unwatched_at: datetime | None = None

    @property
    def is_withdrawn(self) -> bool:
        """Whether no answer has ever held it, by what is known now: it is new when one does."""
        return self.gone_at is not None and self.gone_at == self.last_seen_at


class Absent(NamedTuple):
    """A match that the target has seen (these items), and that the answer lacks."""

    match: int
    first_seen: datetime
    unwatched_at: datetime | None
    items: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Known:
    """Ids of items by their key, the match of each, and how the matches stand."""

    items: Mapping[str, int]
    match_of: Mapping[int, int]
    standings: Mapping[int, Standing]

    @classmethod
    def of(cls, rows: Sequence[statements.Row]) -> "Known":
        """From the rows of FIND_ITEMS or MAKE_ITEMS."""
        return cls(
            items={row[0]: row[1] for row in rows},
            match_of={row[1]: row[2] for row in rows},
            standings={row[2]: Standing(*row[3:6]) for row in rows},
        )


class Facts(NamedTuple):
    """An open search with its target, image and workspace.

    It `is_outdated` when a later slot of its target has been answered already: then this one is history and
    changes no presence. Its image `has_others` when other active targets ask for it, too.
    """

    id: int
    is_confirming: bool
    target: int
    is_active: bool
    provider: str
    settings: str
    image: int
    workspace: int
    is_demo: bool
    is_outdated: bool
    has_others: bool


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An open search whose image is locked.

    `past` are the complete answers before it, newest first; `known` has the items of the answer that are known,
    and those of the answer before it; `absent` are the matches that are not gone and not in the answer.
    """

    facts: Facts
    past: Sequence[Past]
    known: Known
    absent: Sequence[Absent]


def lock(search: int, entries: Sequence[Entry], states: Sequence[str] = OPEN_STATES) -> Opened | None:
    """Locks the image of a search until the end of the transaction; None when it is in none of these states."""
    _, rows, items, absent = statements.run(
        statements.LOCK_IMAGE,
        statements.READ_SEARCH,
        statements.FIND_ITEMS,
        statements.FIND_ABSENT,
        search=search,
        states=list(states),
        limit=SHORT_WINDOW,
        keys=statements.array(entry.item_key for entry in entries),
        pages=statements.array(entry.page_key for entry in entries),
    )
    if not rows:
        return None
    end = len(Facts._fields)
    facts, past = Facts(*rows[0][:end]), [Past(*row[end:]) for row in rows if row[end] is not None]
    return Opened(
        facts=facts,
        past=_far_enough(facts.target, past, before=search),
        known=Known.of(items),
        absent=[Absent(*row) for row in absent],
    )


def last_answers(target: int) -> Sequence[Past]:
    """The complete answers of a target, newest first: nine, or as many as it takes to look back 48 hours."""
    return _far_enough(target, _answers(target, SHORT_WINDOW))


def _far_enough(target: int, past: Sequence[Past], *, before: int = 0) -> Sequence[Past]:
    is_short = len(past) == SHORT_WINDOW and past[0].at - past[-1].at < diffing.MISSES_APART + timedelta(
        hours=2
    )
    return _answers(target, LONG_WINDOW, before=before) if is_short else past


def _answers(target: int, limit: int, *, before: int = 0) -> list[Past]:
    """`before` is a search, 0 for none."""
    (rows,) = statements.run(statements.LAST_ANSWERS, target=target, before=before, limit=limit)
    return [Past(*row) for row in rows]


def depth_of(provider: str, settings: str) -> int:
    """How many results an answer to a target with these settings (as JSON) may hold."""
    return SearchTarget(provider=provider, settings=json.loads(settings)).depth
