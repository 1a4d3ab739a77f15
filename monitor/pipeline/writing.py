"""Set-based writes of an answer: what is known is looked up by key, only what is unknown is inserted.

Domains, pictures, matches, items: this order of tables, and sorted keys in each, keep concurrent ingests from
deadlocking.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from monitor.models import Search
from monitor.pipeline import statements
from monitor.pipeline.entries import Entry


class Standing(NamedTuple):
    """Where a match stands: all None while it is there and watched."""

    gone_at: datetime | None = None
    last_seen_at: datetime | None = None
    unwatched_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Written:
    """Ids of the items by key, the match of each, and how the matches stood before this answer.

    `new_matches` are those that this very write inserted.
    """

    items: Mapping[UUID, int]
    match_of: Mapping[int, int]
    standings: Mapping[int, Standing]
    new_matches: frozenset[int] = frozenset()


def write(
    search: Search, entries: Sequence[Entry], at: datetime, *, known_at_start: bool, before: Collection[int]
) -> Written:
    """Writes what an answer has of unknown rows, inside the caller's transaction.

    `before` are items of the answer before this one, whose matches are looked up along with the rest.
    """
    known = _known(search, entries, before)
    fresh = [entry for entry in entries if entry.item_key not in known.items]
    if not fresh:
        return known
    matches = _matches(search, fresh, at, known_at_start=known_at_start)
    made = _items(search, fresh, {key: match.id for key, match in matches.items()})
    match_of = {made[entry.item_key]: matches[entry.page_key].id for entry in fresh}
    return Written(
        items={**known.items, **made},
        match_of={**known.match_of, **match_of},
        standings=known.standings | {match.id: match.standing for match in matches.values()},
        new_matches=frozenset(match.id for match in matches.values() if match.is_new),
    )


def _known(search: Search, entries: Sequence[Entry], before: Collection[int]) -> Written:
    keys = [entry.item_key for entry in entries]
    rows = statements.run(statements.FIND_ITEMS, target=search.target_id, keys=keys, ids=list(before))
    return Written(
        items={key: item for key, item, *_ in rows},
        match_of={item: match for _, item, match, *_ in rows},
        standings={match: Standing(*standing) for _, _, match, *standing in rows},
    )


class FoundMatch(NamedTuple):
    """A match by its page, inserted just now or long known."""

    id: int
    is_new: bool
    standing: Standing


def _matches(
    search: Search, entries: Sequence[Entry], at: datetime, *, known_at_start: bool
) -> dict[UUID, FoundMatch]:
    first = {entry.page_key: entry for entry in reversed(entries)}
    domains = _domains(list(first.values()))
    rows = statements.find_or_make(
        statements.FIND_OR_MAKE_MATCHES,
        len(first),
        workspace=search.watched_image.workspace_id,
        image=search.watched_image_id,
        at=at,
        known_at_start=known_at_start,
        keys=list(first),
        domains=[domains[entry.domain] for entry in first.values()],
        urls=[entry.item.page_url for entry in first.values()],
        titles=[entry.item.title for entry in first.values()],
    )
    return {key: FoundMatch(pk, is_new, Standing(*standing)) for key, pk, is_new, *standing in rows}


def _domains(entries: Sequence[Entry]) -> dict[str, int]:
    names = list({entry.domain for entry in entries})
    return dict(statements.find_or_make(statements.FIND_OR_MAKE_DOMAINS, len(names), names=names))


def _pictures(entries: Sequence[Entry], *, is_simulated: bool) -> dict[UUID, int]:
    urls = {entry.picture_key: entry.item.image_url for entry in entries if entry.picture_key}
    if not urls:
        return {}
    rows = statements.find_or_make(
        statements.FIND_OR_MAKE_PICTURES,
        len(urls),
        is_simulated=is_simulated,
        keys=list(urls),
        urls=list(urls.values()),
    )
    return dict(rows)


def _items(search: Search, entries: Sequence[Entry], matches: Mapping[UUID, int]) -> dict[UUID, int]:
    pictures = _pictures(entries, is_simulated=search.watched_image.workspace.is_demo)
    items = [entry.item for entry in entries]
    rows = statements.run(
        statements.MAKE_ITEMS,
        target=search.target_id,
        keys=[entry.item_key for entry in entries],
        matches=[matches[entry.page_key] for entry in entries],
        pictures=[pictures[entry.picture_key] if entry.picture_key else None for entry in entries],
        extras=[json.dumps(dict(item.extra), ensure_ascii=False) for item in items],
        **{name: list(map(attrgetter(name), items)) for name in statements.COPIED_FIELDS},
    )
    return dict(rows)
