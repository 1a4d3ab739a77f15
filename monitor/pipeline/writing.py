"""Set-based writes of an answer: known rows are looked up by key, unknown ones inserted sorted.

Sorted keys in one fixed order of tables (domains, pictures, matches, items) keep concurrent ingests from
deadlocking; ON CONFLICT DO NOTHING makes each insert safe to repeat.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from monitor.models import Domain, Match, Picture, ResultItem, Search
from monitor.pipeline.entries import Entry


@dataclass(frozen=True, kw_only=True)
class Written:
    """Ids by key; `new_matches` are those that this very write inserted."""

    items: Mapping[UUID, int]
    matches: Mapping[UUID, int]
    new_matches: frozenset[int]


def write(search: Search, entries: Sequence[Entry], at: datetime, *, known_at_start: bool) -> Written:
    """Writes the unknown domains, pictures, matches and items of an answer, inside the caller's transaction."""
    known = dict(
        ResultItem.objects.filter(
            target=search.target_id, item_key__in=[entry.item_key for entry in entries]
        ).values_list("item_key", "pk")
    )
    fresh = [entry for entry in entries if entry.item_key not in known]
    domains = _domains(fresh)
    pictures = _pictures(fresh, is_simulated=search.watched_image.workspace.is_demo)
    inserted = _insert_matches(search, fresh, domains, at, known_at_start=known_at_start)
    matches = dict(
        Match.objects.filter(
            watched_image=search.watched_image_id, page_key__in=[entry.page_key for entry in entries]
        ).values_list("page_key", "pk")
    )
    items = known | _insert_items(search, fresh, matches, pictures)
    return Written(items=items, matches=matches, new_matches=frozenset(inserted))


def _domains(entries: Sequence[Entry]) -> dict[str, int]:
    names = sorted({entry.domain for entry in entries})
    found = dict(Domain.objects.filter(name__in=names).values_list("name", "pk"))
    missing = [name for name in names if name not in found]
    if missing:
        _run("INSERT INTO monitor_domain (name) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", [missing])
        found |= dict(Domain.objects.filter(name__in=missing).values_list("name", "pk"))
    return found


def _pictures(entries: Sequence[Entry], *, is_simulated: bool) -> dict[UUID, int]:
    urls = {entry.picture_key: entry.item.image_url for entry in entries if entry.picture_key}
    found = dict(Picture.objects.filter(url_hash__in=urls).values_list("url_hash", "pk"))
    missing = sorted(key for key in urls if key not in found)
    if missing:
        sql = """INSERT INTO monitor_picture (url_hash, url, is_simulated, state, attempts, sha256, file, error)
                 SELECT key, url, %s, 'pending', 0, '', '', '' FROM unnest(%s::uuid[], %s::text[]) AS u(key, url)
                 ON CONFLICT DO NOTHING"""
        _run(sql, [is_simulated, missing, [urls[key] for key in missing]])
        found |= dict(Picture.objects.filter(url_hash__in=missing).values_list("url_hash", "pk"))
    return found


def _insert_matches(
    search: Search,
    entries: Sequence[Entry],
    domains: Mapping[str, int],
    at: datetime,
    *,
    known_at_start: bool,
) -> list[int]:
    """Ids of the matches that did not exist before."""
    first = {entry.page_key: entry for entry in reversed(entries)}
    rows = [first[key] for key in sorted(first)]
    sql = """INSERT INTO monitor_match (workspace_id, watched_image_id, page_key, domain_id, page_url, title,
                    first_seen_at, known_at_start, verdict, changes, decision, note)
             SELECT %s, %s, key, domain, url, title, %s, %s, 'unchecked', '{}', 'open', ''
             FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[]) AS u(key, domain, url, title)
             ON CONFLICT DO NOTHING RETURNING id"""
    image = search.watched_image
    columns = [
        [entry.page_key for entry in rows],
        [domains[entry.domain] for entry in rows],
        [entry.item.page_url for entry in rows],
        [entry.item.title for entry in rows],
    ]
    return [pk for (pk,) in _run(sql, [image.workspace_id, image.pk, at, known_at_start, *columns])]


def _insert_items(
    search: Search, entries: Sequence[Entry], matches: Mapping[UUID, int], pictures: Mapping[UUID, int]
) -> dict[UUID, int]:
    rows = sorted(entries, key=lambda entry: entry.item_key)
    sql = """INSERT INTO monitor_resultitem (target_id, kind, item_key, match_id, picture_id, title, snippet,
                    image_url, source_label, price, width, height, extra)
             SELECT %s, * FROM unnest(%s::text[], %s::uuid[], %s::bigint[], %s::bigint[], %s::text[], %s::text[],
                    %s::text[], %s::text[], %s::text[], %s::int[], %s::int[], %s::jsonb[])
             ON CONFLICT DO NOTHING"""
    values = [_item_row(entry, matches, pictures) for entry in rows]
    if values:
        _run(sql, [search.target_id, *map(list, zip(*values, strict=True))])
    keys = [entry.item_key for entry in rows]
    found = ResultItem.objects.filter(target=search.target_id, item_key__in=keys)
    return dict(found.values_list("item_key", "pk"))


def _item_row(entry: Entry, matches: Mapping[UUID, int], pictures: Mapping[UUID, int]) -> tuple[Any, ...]:
    item = entry.item
    picture = pictures[entry.picture_key] if entry.picture_key else None
    texts = (item.title, item.snippet, item.image_url, item.source_label, item.price)
    extra = json.dumps(dict(item.extra), ensure_ascii=False)
    return (
        item.kind, entry.item_key, matches[entry.page_key], picture, *texts, item.width, item.height, extra,
    )  # fmt: skip


def _run(sql: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return list(cursor.fetchall()) if cursor.description else []
