"""What an answer has of unknown rows: domains, pictures, matches, items, in this order of tables everywhere."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.pipeline.ingesting import statements
from monitor.pipeline.ingesting.entries import Entry
from monitor.pipeline.ingesting.locking import Known, Opened

COPIED = ("page_url", "kind", "title", "snippet", "image_url", "source_label", "price", "width", "height")


@dataclass(frozen=True, kw_only=True)
class Written:
    """All that is known now; `new_matches` are those that this very write inserted.

    Those of `to_judge` are older and have a picture that they did not have. It `is_news` when any item was unknown.
    """

    known: Known
    new_matches: frozenset[int] = frozenset()
    to_judge: frozenset[int] = frozenset()
    is_news: bool = False


def write(search: Opened, entries: Sequence[Entry], at: datetime) -> Written:
    """Writes the unknown rows of an answer, inside the caller's transaction; no statement when there is none."""
    facts, known = search.facts, search.known
    fresh = [entry for entry in entries if entry.item_key not in known.items]
    if not fresh:
        return Written(known=known)
    *_, rows = statements.run(
        statements.MAKE_DOMAINS,
        statements.MAKE_PICTURES,
        statements.MAKE_ITEMS,
        said=json.dumps([_said(entry, facts.is_demo) for entry in fresh], ensure_ascii=False),
        at=at,
        known_at_start=not search.past,
        is_simulated=facts.is_demo,
        image=facts.image,
        target=facts.target,
        workspace=facts.workspace,
    )
    made = Known.of(rows)
    return Written(
        known=Known(
            items={**known.items, **made.items},
            match_of={**known.match_of, **made.match_of},
            standings={**known.standings, **made.standings},
        ),
        new_matches=frozenset(match for _, _, match, *_, is_new, _ in rows if is_new),
        to_judge=frozenset(match for _, _, match, *_, has_new_picture in rows if has_new_picture),
        is_news=True,
    )


def _said(entry: Entry, is_simulated: bool) -> dict[str, Any]:
    """An entry as MAKE_ITEMS reads it."""
    item = entry.item
    return {
        "key": entry.item_key,
        "page": entry.page_key,
        "picture": entry.picture_key(is_simulated=is_simulated),
        "domain": entry.domain,
        "extra": dict(item.extra),
        **{name: getattr(item, name) for name in COPIED},
    }
