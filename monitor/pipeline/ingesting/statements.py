"""The SQL of ingesting: set-based, only what is unknown is inserted, only what changed is updated.

Rows are inserted in the order of their unique key, so that concurrent ingests never deadlock, and each statement
looks parents up by their key: it sees what others committed while the one before it waited for them.
Every value is cast, because psycopg sends small numbers as int2.
"""

from collections.abc import Iterable
from typing import Any

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
       EXISTS (SELECT FROM monitor_searchtarget other
               WHERE other.watched_image_id = w.id AND other.is_active AND other.id <> t.id),
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

# The items of the answer, and those of the answer before it.
FIND_ITEMS = """
SELECT encode(uuid_send(i.item_key), 'hex'), i.id, m.id, m.gone_at, m.last_seen_at, m.unwatched_at
FROM monitor_resultitem i JOIN monitor_match m ON m.id = i.match_id
WHERE i.target_id = (SELECT target_id FROM monitor_search WHERE id = %(search)s::bigint)
      AND i.item_key = ANY(%(keys)s::uuid[])
   OR i.id = ANY ((
        SELECT item_ids FROM monitor_search
        WHERE target_id = (SELECT target_id FROM monitor_search WHERE id = %(search)s::bigint)
              AND seq < (SELECT seq FROM monitor_search WHERE id = %(search)s::bigint) AND state = 'done'
        ORDER BY seq DESC LIMIT 1
   )::bigint[])"""

FIND_ABSENT = """
SELECT m.id, m.first_seen_at, m.unwatched_at, array_agg(i.id)
FROM monitor_search s
JOIN monitor_match m ON m.watched_image_id = s.watched_image_id
JOIN monitor_resultitem i ON i.match_id = m.id AND i.target_id = s.target_id
WHERE s.id = %(search)s::bigint AND m.gone_at IS NULL AND m.page_key <> ALL(%(pages)s::uuid[])
GROUP BY m.id ORDER BY m.id"""

MAKE_DOMAINS = """
INSERT INTO monitor_domain (name)
SELECT DISTINCT domain FROM json_to_recordset(%(said)s::json) AS u(domain text)
WHERE (SELECT id FROM monitor_domain WHERE name = domain) IS NULL
ORDER BY domain ON CONFLICT DO NOTHING"""

MAKE_PICTURES = """
INSERT INTO monitor_picture (url_hash, url, is_simulated, state, attempts, sha256, file, error)
SELECT DISTINCT ON (picture) picture, image_url, %(is_simulated)s::boolean, 'pending', 0, '', '', ''
FROM json_to_recordset(%(said)s::json) AS u(picture uuid, image_url text)
WHERE picture IS NOT NULL AND (SELECT id FROM monitor_picture WHERE url_hash = picture) IS NULL
ORDER BY picture ON CONFLICT DO NOTHING"""

# Nobody else writes matches and items of an image that is locked. The match of an unknown page is named by its best
# item. The answer is like that of FIND_ITEMS, and whether the match is new, or known without this picture.
MAKE_ITEMS = """
WITH said AS MATERIALIZED (
    SELECT u.*, m.id AS match, m.gone_at, m.last_seen_at, m.unwatched_at
    FROM ROWS FROM (json_to_recordset(%(said)s::json) AS (
        key uuid, page uuid, picture uuid, domain text, page_url text, kind text, title text, snippet text,
        image_url text, source_label text, price text, width int, height int, extra jsonb
    )) WITH ORDINALITY AS u(key, page, picture, domain, page_url, kind, title, snippet,
                            image_url, source_label, price, width, height, extra, place)
    LEFT JOIN LATERAL (
        SELECT * FROM monitor_match WHERE watched_image_id = %(image)s::bigint AND page_key = page LIMIT 1
    ) m ON true
), new AS (
    INSERT INTO monitor_match (workspace_id, watched_image_id, page_key, domain_id, page_url, title,
           first_seen_at, known_at_start, verdict, changes, decision, note)
    SELECT DISTINCT ON (page) %(workspace)s::bigint, %(image)s::bigint, page,
           (SELECT id FROM monitor_domain WHERE name = domain), page_url, title,
           %(at)s::timestamptz, %(known_at_start)s::boolean, 'unchecked', '[]', 'open', ''
    FROM said WHERE match IS NULL ORDER BY page, place
    RETURNING id, page_key
), made AS (
    INSERT INTO monitor_resultitem (target_id, match_id, picture_id, item_key, kind, title, snippet,
           image_url, source_label, price, width, height, extra)
    SELECT %(target)s::bigint, coalesce(match, new.id), (SELECT id FROM monitor_picture WHERE url_hash = picture),
           key, kind, title, snippet, image_url, source_label, price, width, height, extra
    FROM said LEFT JOIN new ON new.page_key = page ORDER BY key
    RETURNING id, item_key, match_id, picture_id
)
SELECT encode(uuid_send(item_key), 'hex'), made.id, match_id, gone_at, last_seen_at, unwatched_at, match IS NULL,
       match IS NOT NULL AND picture_id IS NOT NULL AND NOT EXISTS (
           SELECT FROM monitor_resultitem i WHERE i.match_id = match AND i.picture_id = made.picture_id
       )
FROM made JOIN said ON key = item_key"""

FIND_ELSEWHERE = """
SELECT t.id, t.provider, t.settings::text, array_agg(i.id), array_agg(i.match_id)
FROM monitor_resultitem i JOIN monitor_searchtarget t ON t.id = i.target_id
WHERE i.match_id = ANY(%(matches)s::bigint[]) AND t.is_active AND t.id <> %(target)s::bigint
      AND t.watched_image_id = %(image)s::bigint
GROUP BY t.id"""

# One that was withdrawn appears for the first time; one with a new picture is to be judged anew.
CHANGE_MATCHES = """
WITH locked AS (
    SELECT id FROM monitor_match WHERE id = ANY(%(matches)s::bigint[]) ORDER BY id FOR NO KEY UPDATE
)
UPDATE monitor_match m
SET gone_at = u.gone_at, last_seen_at = u.last_seen_at, unwatched_at = u.unwatched_at,
    first_seen_at = CASE WHEN m.gone_at = m.first_seen_at THEN %(at)s::timestamptz ELSE m.first_seen_at END,
    known_at_start = CASE WHEN m.gone_at = m.first_seen_at THEN %(is_first)s::boolean ELSE m.known_at_start END,
    method_version = CASE WHEN m.id = ANY(%(to_judge)s::bigint[]) THEN 0 ELSE m.method_version END
FROM locked JOIN json_to_recordset(%(standings)s::json)
     AS u(id bigint, gone_at timestamptz, last_seen_at timestamptz, unwatched_at timestamptz) USING (id)
WHERE m.id = locked.id AND m.id = ANY(%(matches)s::bigint[])"""

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


def array(values: Iterable[int | str]) -> str:
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
        cursors = [Cursor(raw).execute(sql, values, binary=True) for sql in statements]
    return [cursor.fetchall() if cursor.rownumber is not None else [] for cursor in cursors]
