"""The SQL of ingesting: set-based, only what is unknown is inserted, only what changed is updated.

Rows are inserted in the order of their unique key, so that concurrent ingests never deadlock, and each statement
looks parents up by their key: it sees what others committed while the one before it waited for them.
Every value is cast, because psycopg sends small numbers as int2.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import Connection, Cursor

Row = tuple[Any, ...]

LOCK_IMAGE = """
SELECT FROM monitor_watchedimage
WHERE id = (SELECT watched_image_id FROM monitor_search WHERE id = %(search)s::bigint)
FOR NO KEY UPDATE"""

READ_SEARCH = """
SELECT s.id, s.is_confirming, t.id, t.is_active, t.provider, t.settings::text, w.id, w.workspace_id, k.is_demo,
       EXISTS (SELECT FROM monitor_search later
               WHERE later.target_id = s.target_id AND later.seq > s.seq AND later.state = 'done'),
       past.*
FROM monitor_search s
JOIN monitor_searchtarget t ON t.id = s.target_id
JOIN monitor_watchedimage w ON w.id = s.watched_image_id
JOIN accounts_workspace k ON k.id = w.workspace_id
LEFT JOIN LATERAL (
    SELECT observed_at, item_ids, rank_absolute FROM monitor_search
    WHERE target_id = s.target_id AND seq < s.seq AND state = 'done' AND observed_at IS NOT NULL
    ORDER BY seq DESC LIMIT %(limit)s::int
) past ON true
WHERE s.id = %(search)s::bigint AND s.state = ANY(%(states)s::text[])"""

LAST_ANSWERS = """
SELECT observed_at, item_ids, rank_absolute FROM monitor_search
WHERE target_id = %(target)s::bigint AND state = 'done' AND observed_at IS NOT NULL
      AND seq < coalesce((SELECT seq FROM monitor_search WHERE id = %(before)s::bigint), 2147483647)
ORDER BY seq DESC LIMIT %(limit)s::int"""

_ITEMS = """
SELECT i.item_key, i.id, m.id, m.gone_at, m.last_seen_at, m.unwatched_at
FROM monitor_resultitem i JOIN monitor_match m ON m.id = i.match_id
WHERE i.target_id = (SELECT target_id FROM monitor_search WHERE id = %(search)s::bigint)
      AND i.item_key = ANY(%(keys)s::uuid[])"""

# Those of the answer before it are found, too.
FIND_ITEMS = f"""{_ITEMS}
   OR i.id = ANY ((
        SELECT before.item_ids FROM monitor_search before JOIN monitor_search s USING (target_id)
        WHERE s.id = %(search)s::bigint AND before.seq < s.seq AND before.state = 'done'
        ORDER BY before.seq DESC LIMIT 1
   )::bigint[])"""  # noqa: S608  # both are constants

FIND_ABSENT = """
SELECT m.id, m.first_seen_at, m.unwatched_at, array_agg(i.id)
FROM monitor_search s
JOIN monitor_match m ON m.watched_image_id = s.watched_image_id
JOIN monitor_resultitem i ON i.match_id = m.id AND i.target_id = s.target_id
WHERE s.id = %(search)s::bigint AND m.gone_at IS NULL AND m.page_key <> ALL(%(pages)s::uuid[])
GROUP BY m.id ORDER BY m.id"""

MAKE_DOMAINS = """
INSERT INTO monitor_domain (name)
SELECT name FROM unnest(%(domains)s::text[]) AS u(name)
WHERE NOT EXISTS (SELECT FROM monitor_domain known WHERE known.name = u.name)
ORDER BY name ON CONFLICT DO NOTHING"""

MAKE_PICTURES = """
INSERT INTO monitor_picture (url_hash, url, is_simulated, state, attempts, sha256, file, error)
SELECT key, url, %(is_simulated)s::boolean, 'pending', 0, '', '', ''
FROM unnest(%(pictures)s::uuid[], %(picture_urls)s::text[]) AS u(key, url)
WHERE NOT EXISTS (SELECT FROM monitor_picture known WHERE known.url_hash = u.key)
ORDER BY key ON CONFLICT DO NOTHING"""

MAKE_MATCHES = """
INSERT INTO monitor_match (workspace_id, watched_image_id, page_key, domain_id, page_url, title,
       first_seen_at, known_at_start, verdict, changes, decision, note)
SELECT %(workspace)s::bigint, %(image)s::bigint, key, monitor_domain.id, url, title,
       %(at)s::timestamptz, %(known_at_start)s::boolean, 'unchecked', '{}', 'open', ''
FROM unnest(%(match_pages)s::uuid[], %(match_domains)s::text[], %(match_urls)s::text[], %(match_titles)s::text[])
     AS u(key, domain, url, title)
JOIN monitor_domain ON monitor_domain.name = u.domain
WHERE NOT EXISTS (SELECT FROM monitor_match known
                  WHERE known.watched_image_id = %(image)s::bigint AND known.page_key = u.key)
ORDER BY key ON CONFLICT DO NOTHING RETURNING id"""

MAKE_ITEMS = """
INSERT INTO monitor_resultitem (target_id, match_id, picture_id, item_key, extra, kind, title, snippet,
       image_url, source_label, price, width, height)
SELECT %(target)s::bigint, m.id, p.id, u.key, u.extra, u.kind, u.title, u.snippet,
       u.image_url, u.source_label, u.price, u.width, u.height
FROM unnest(%(keys)s::uuid[], %(item_pages)s::uuid[], %(item_pictures)s::uuid[], %(extra)s::jsonb[],
            %(kind)s::text[], %(title)s::text[], %(snippet)s::text[], %(image_url)s::text[],
            %(source_label)s::text[], %(price)s::text[], %(width)s::int[], %(height)s::int[])
     AS u(key, page, picture, extra, kind, title, snippet, image_url, source_label, price, width, height)
JOIN monitor_match m ON m.watched_image_id = %(image)s::bigint AND m.page_key = u.page
LEFT JOIN monitor_picture p ON p.url_hash = u.picture
ORDER BY key ON CONFLICT DO NOTHING"""
COPIED_FIELDS = ("kind", "title", "snippet", "image_url", "source_label", "price", "width", "height")

FIND_MADE = _ITEMS

FIND_ELSEWHERE = """
SELECT t.id, t.provider, t.settings::text, array_agg(i.id), array_agg(i.match_id)
FROM monitor_resultitem i JOIN monitor_searchtarget t ON t.id = i.target_id
WHERE i.match_id = ANY(%(matches)s::bigint[]) AND t.is_active AND t.id <> %(target)s::bigint
      AND t.watched_image_id = %(image)s::bigint
GROUP BY t.id"""

# One that was withdrawn appears for the first time.
CHANGE_MATCHES = """
WITH changed AS (
    SELECT m.id, u.gone_at, u.last_seen_at, u.unwatched_at
    FROM unnest(%(changed)s::bigint[], %(changed_gone)s::timestamptz[], %(changed_seen)s::timestamptz[],
                %(changed_unwatched)s::timestamptz[]) AS u(id, gone_at, last_seen_at, unwatched_at)
    JOIN monitor_match m ON m.id = u.id ORDER BY m.id FOR NO KEY UPDATE OF m
)
UPDATE monitor_match m
SET gone_at = changed.gone_at, last_seen_at = changed.last_seen_at, unwatched_at = changed.unwatched_at,
    first_seen_at = CASE WHEN m.gone_at = m.first_seen_at THEN %(at)s::timestamptz ELSE m.first_seen_at END,
    known_at_start = CASE WHEN m.gone_at = m.first_seen_at THEN %(is_first)s::boolean ELSE m.known_at_start END
FROM changed WHERE m.id = changed.id"""

WRITE_SEARCH = """
UPDATE monitor_search SET
    state = %(state)s::text, error = %(error)s::text, is_baseline = is_baseline AND %(state)s::text = 'done',
    observed_at = %(at)s::timestamptz, ended_at = %(at)s::timestamptz,
    item_ids = %(items)s::bigint[], n_items = cardinality(%(items)s::bigint[]),
    rank_absolute = %(ranks)s::smallint[], rank_group = %(groups)s::smallint[],
    new_ids = %(new)s::bigint[], n_new = cardinality(%(new)s::bigint[]),
    gone_ids = %(gone)s::bigint[], n_gone = cardinality(%(gone)s::bigint[]),
    returned_ids = %(returned)s::bigint[], n_returned = cardinality(%(returned)s::bigint[]),
    n_moved = %(moved)s::int,
    cost = (SELECT coalesce(sum(cost), 0) FROM monitor_providertask WHERE search_id = %(search)s::bigint)
WHERE id = %(search)s::bigint"""


def array(values: Iterable[int | UUID]) -> str:
    """An array as PostgreSQL reads it; an order of magnitude cheaper than through psycopg's adapters."""
    return "{" + ",".join([str(value) for value in values]) + "}"


def run(*statements: str, **values: Any) -> list[list[Row]]:
    """The rows of each statement; they travel together, and each sees what was committed before it began.

    They are prepared once on each connection, because planning them takes longer than they do. (A pooler between
    us and the server must know prepared statements, as PgBouncer does from 1.21 on.)
    """
    connection.ensure_connection()
    raw: Connection[Any] = connection.connection
    raw.prepare_threshold = 0  # of use to our own cursors only: Django's bind on the client's side
    with connection.wrap_database_errors, raw.pipeline():
        cursors = [Cursor(raw).execute(sql, values) for sql in statements]
    return [cursor.fetchall() if cursor.description else [] for cursor in cursors]
