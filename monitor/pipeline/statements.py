"""The SQL of ingesting: set-based, one statement a table, nothing written that is known already.

Each FIND_OR_MAKE takes parallel arrays and inserts in the order of the unique key, so that concurrent ingests
never deadlock. A row that somebody else inserts at the same moment is in neither half of the answer: the same
statement once more finds it. Every value is cast, because psycopg sends small numbers as int2.
"""

from typing import Any

from django.db import connection

LOCK_IMAGE = """
    SELECT FROM monitor_watchedimage
    WHERE id = (SELECT watched_image_id FROM monitor_search WHERE id = %(search)s::bigint)
    FOR NO KEY UPDATE"""

LAST_ANSWERS = """
    SELECT seq, observed_at, item_ids, rank_absolute, n_items FROM monitor_search
    WHERE target_id = %(target)s::bigint AND seq < %(before)s::int
          AND state = 'done' AND observed_at IS NOT NULL
    ORDER BY seq DESC LIMIT %(limit)s::int"""

FIND_ITEMS = """
    SELECT i.item_key, i.id, m.id, m.gone_at, m.last_seen_at, m.unwatched_at
    FROM monitor_resultitem i JOIN monitor_match m ON m.id = i.match_id
    WHERE i.target_id = %(target)s::bigint AND i.item_key = ANY(%(keys)s::uuid[])
          OR i.id = ANY(%(ids)s::bigint[])"""

FIND_OR_MAKE_DOMAINS = """
    WITH found AS (SELECT name, id FROM monitor_domain WHERE name = ANY(%(names)s::text[])),
    made AS (
        INSERT INTO monitor_domain (name)
        SELECT name FROM unnest(%(names)s::text[]) AS u(name)
        WHERE NOT EXISTS (SELECT FROM found WHERE found.name = u.name) ORDER BY name
        ON CONFLICT DO NOTHING RETURNING name, id
    )
    SELECT name, id FROM found UNION ALL SELECT name, id FROM made"""

FIND_OR_MAKE_PICTURES = """
    WITH found AS (SELECT url_hash, id FROM monitor_picture WHERE url_hash = ANY(%(keys)s::uuid[])),
    made AS (
        INSERT INTO monitor_picture (url_hash, url, is_simulated, state, attempts, sha256, file, error)
        SELECT key, url, %(is_simulated)s::boolean, 'pending', 0, '', '', ''
        FROM unnest(%(keys)s::uuid[], %(urls)s::text[]) AS u(key, url)
        WHERE NOT EXISTS (SELECT FROM found WHERE url_hash = key) ORDER BY key
        ON CONFLICT DO NOTHING RETURNING url_hash, id
    )
    SELECT url_hash, id FROM found UNION ALL SELECT url_hash, id FROM made"""

FIND_OR_MAKE_MATCHES = """
    WITH found AS (
        SELECT page_key, id, gone_at, last_seen_at, unwatched_at FROM monitor_match
        WHERE watched_image_id = %(image)s::bigint AND page_key = ANY(%(keys)s::uuid[])
    ),
    made AS (
        INSERT INTO monitor_match (workspace_id, watched_image_id, page_key, domain_id, page_url, title,
               first_seen_at, known_at_start, verdict, changes, decision, note)
        SELECT %(workspace)s::bigint, %(image)s::bigint, key, domain, url, title,
               %(at)s::timestamptz, %(known_at_start)s::boolean, 'unchecked', '{}', 'open', ''
        FROM unnest(%(keys)s::uuid[], %(domains)s::bigint[], %(urls)s::text[], %(titles)s::text[])
             AS u(key, domain, url, title)
        WHERE NOT EXISTS (SELECT FROM found WHERE page_key = key) ORDER BY key
        ON CONFLICT DO NOTHING RETURNING page_key, id
    )
    SELECT page_key, id, false, gone_at, last_seen_at, unwatched_at FROM found
    UNION ALL SELECT page_key, id, true, NULL, NULL, NULL FROM made"""

MAKE_ITEMS = """
    INSERT INTO monitor_resultitem (target_id, item_key, match_id, picture_id, extra, kind, title, snippet,
           image_url, source_label, price, width, height)
    SELECT %(target)s::bigint, u.*
    FROM unnest(%(keys)s::uuid[], %(matches)s::bigint[], %(pictures)s::bigint[], %(extras)s::jsonb[],
                %(kind)s::text[], %(title)s::text[], %(snippet)s::text[], %(image_url)s::text[],
                %(source_label)s::text[], %(price)s::text[], %(width)s::int[], %(height)s::int[]) AS u(key)
    ORDER BY key
    ON CONFLICT DO NOTHING RETURNING item_key, id"""
COPIED_FIELDS = ("kind", "title", "snippet", "image_url", "source_label", "price", "width", "height")

FIND_ABSENT = """
    SELECT m.id, m.first_seen_at, m.unwatched_at, array_agg(i.id ORDER BY i.id)
    FROM monitor_match m JOIN monitor_resultitem i ON i.match_id = m.id
    WHERE m.watched_image_id = %(image)s::bigint AND m.gone_at IS NULL AND m.id <> ALL(%(seen)s::bigint[])
          AND i.target_id = %(target)s::bigint
    GROUP BY m.id ORDER BY m.id"""

FIND_ELSEWHERE = """
    SELECT t.id, t.provider, t.settings::text, array_agg(i.id), array_agg(i.match_id)
    FROM monitor_resultitem i JOIN monitor_searchtarget t ON t.id = i.target_id
    WHERE i.match_id = ANY(%(matches)s::bigint[]) AND t.is_active AND t.id <> %(target)s::bigint
          AND t.watched_image_id = %(image)s::bigint
    GROUP BY t.id"""

CHANGE_MATCHES = """
    WITH changed AS (
        SELECT m.id, u.gone_at, u.last_seen_at, u.unwatched_at
        FROM unnest(%(ids)s::bigint[], %(gone)s::timestamptz[], %(last_seen)s::timestamptz[],
                    %(unwatched)s::timestamptz[]) AS u(id, gone_at, last_seen_at, unwatched_at)
        JOIN monitor_match m ON m.id = u.id ORDER BY m.id FOR NO KEY UPDATE OF m
    )
    UPDATE monitor_match m
    SET gone_at = changed.gone_at, last_seen_at = changed.last_seen_at, unwatched_at = changed.unwatched_at
    FROM changed WHERE m.id = changed.id"""


def run(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement; none for one that returns nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []


def find_or_make(sql: str, n: int, **values: Any) -> list[tuple[Any, ...]]:
    """The rows of a FIND_OR_MAKE with `n` keys."""
    rows = run(sql, **values)
    # The next statement sees what was committed while this one waited for it.
    return rows if len(rows) == n else run(sql, **values)
