"""What an answer has of unknown rows: domains, pictures, matches, items, in this order of tables everywhere."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from monitor.pipeline import statements
from monitor.pipeline.entries import Entry
from monitor.pipeline.locking import Known, Opened


@dataclass(frozen=True, kw_only=True)
class Written:
    """All that is known now; `new_matches` are those that this very write inserted.

    It `is_news` when any item was unknown.
    """

    known: Known
    new_matches: frozenset[int] = frozenset()
    is_news: bool = False


def write(search: Opened, entries: Sequence[Entry], at: datetime) -> Written:
    """Writes the unknown rows of an answer, inside the caller's transaction; no statement when there is none."""
    known = search.known
    fresh = [entry for entry in entries if entry.item_key not in known.items]
    if not fresh:
        return Written(known=known)
    *_, matches, _, rows = statements.run(
        statements.MAKE_DOMAINS,
        statements.MAKE_PICTURES,
        statements.MAKE_MATCHES,
        statements.MAKE_ITEMS,
        statements.FIND_MADE,
        search=search.facts.id,
        target=search.facts.target,
        image=search.facts.image,
        **_pictures(fresh, is_simulated=search.facts.is_demo),
        **_matches(search, fresh, at),
        **_items(fresh),
    )
    made = Known.of(rows)
    return Written(
        known=Known(
            items={**known.items, **made.items},
            match_of={**known.match_of, **made.match_of},
            standings={**known.standings, **made.standings},
        ),
        new_matches=frozenset(match for (match,) in matches),
        is_news=True,
    )


def _pictures(entries: Sequence[Entry], *, is_simulated: bool) -> dict[str, Any]:
    keys = [entry.picture_key(is_simulated=is_simulated) for entry in entries]
    urls = {key: entry.item.image_url for key, entry in zip(keys, entries, strict=True) if key}
    return {
        "is_simulated": is_simulated,
        "pictures": list(urls),
        "picture_urls": list(urls.values()),
        "item_pictures": keys,
    }


def _matches(search: Opened, entries: Sequence[Entry], at: datetime) -> dict[str, Any]:
    first = {entry.page_key: entry for entry in reversed(entries)}
    domains = [entry.domain for entry in first.values()]
    return {
        "workspace": search.facts.workspace,
        "at": at,
        "known_at_start": not search.past,
        "domains": sorted(set(domains)),
        "match_pages": list(first),
        "match_domains": domains,
        "match_urls": [entry.item.page_url for entry in first.values()],
        "match_titles": [entry.item.title for entry in first.values()],
    }


def _items(entries: Sequence[Entry]) -> dict[str, Any]:
    items = [entry.item for entry in entries]
    return {
        "keys": [entry.item_key for entry in entries],
        "item_pages": [entry.page_key for entry in entries],
        "extra": [json.dumps(dict(item.extra), ensure_ascii=False) for item in items],
        **{name: list(map(attrgetter(name), items)) for name in statements.COPIED_FIELDS},
    }
