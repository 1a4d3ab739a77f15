"""A large workspace, made by the server itself: images whose answers slide over their matches, run by run.

Each image has MATCHES_EACH matches, SHOWN of them in every answer; the first answer holds the first ones, the last
answer the last ones. A match that two answers lack is gone, since the first of them. Ids follow from places, so
that arrays need no look-up.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.models import Workspace
from monitor.models import Collection, Provider
from monitor.models.markets import hash_settings
from tests import factories

MATCHES_EACH, SHOWN = 250, 80
CHUNK = 400

DOMAINS = (
    "INSERT INTO monitor_domain (name) SELECT 'site' || n || '.example' FROM generate_series(1, 20000) n"
)

IMAGES = """
INSERT INTO monitor_watchedimage (workspace_id, collection_id, title, file, thumbnail, sha256, dhash, width, height,
       source_url, public_token, state, created_at)
SELECT %(workspace)s, %(collection)s, 'Image ' || n, '', '', lpad(to_hex(n), 64, '0'), n, 1, 1, '',
       'seeded' || n, 'active', now()
FROM generate_series(1, %(images)s) n"""

TARGETS = """
INSERT INTO monitor_searchtarget (watched_image_id, provider, settings, settings_hash, is_active)
SELECT id, %(provider)s, '{}', %(hash)s, true FROM monitor_watchedimage WHERE collection_id = %(collection)s"""

RUNS = """
INSERT INTO monitor_run (collection_id, number, trigger, scheduled_for)
SELECT %(collection)s, n, 'schedule', now() - (%(runs)s - n) * interval '365 days' / %(runs)s
FROM generate_series(1, %(runs)s) n"""

MATCHES = """
WITH image AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM monitor_watchedimage
    WHERE collection_id = %(collection)s
), slide AS (
    SELECT k, greatest(0, ceil((k - %(shown)s) * (%(runs)s - 1.0) / (%(each)s - %(shown)s)))::int + 1 AS born,
           ceil(k * (%(runs)s - 1.0) / (%(each)s - %(shown)s))::int + 1 AS gone
    FROM generate_series(1, %(each)s) k
), said AS (
    SELECT image.id AS image, image.place * %(each)s + k AS id, k, born, gone,
           hashint8(image.place * %(each)s + k) & 2147483647 AS die
    FROM image CROSS JOIN slide WHERE image.place >= %(from)s AND image.place < %(from)s + %(chunk)s
)
INSERT INTO monitor_match (id, workspace_id, watched_image_id, page_key, domain_id, page_url, title, first_seen_at,
       known_at_start, last_seen_at, gone_at, verdict, score, changes, decision, note)
SELECT %(base)s + said.id, %(workspace)s, said.image, md5(said.id::text)::uuid, d.id,
       'https://www.' || d.name || '/products/' || substr(md5(said.id::text), 1, 10) || '-' || said.id,
       (ARRAY['Ceramic', 'Blue', 'Tidal', 'Studio', 'Handmade', 'Кружка'])[1 + die %% 6] || ' mug ' ||
       substr(md5('t' || said.id), 1, 8) || ' for ' || d.name,
       born.scheduled_for, said.born = 1, last.scheduled_for, gone.scheduled_for,
       CASE WHEN die %% 20 = 0 THEN 'similar' WHEN die %% 3 = 0 THEN 'modified' ELSE 'exact' END, 0.9, '[]',
       CASE die %% 40 WHEN 0 THEN 'flagged' WHEN 1 THEN 'allowed' ELSE 'open' END, ''
FROM said
JOIN monitor_domain d
     ON d.name = 'site' || least(20000, ceil(1 / (0.00005 + power(die / 2147483647.0, 1.5))))::int || '.example'
JOIN monitor_run born ON born.collection_id = %(collection)s AND born.number = said.born
LEFT JOIN monitor_run gone
     ON gone.collection_id = %(collection)s AND gone.number = said.gone AND said.gone < %(runs)s
LEFT JOIN monitor_run last ON last.collection_id = %(collection)s AND last.number = gone.number - 1
ORDER BY born.scheduled_for, said.id"""

ITEMS = """
INSERT INTO monitor_resultitem (id, target_id, match_id, kind, item_key, title, snippet, image_url, source_label,
       price, extra)
SELECT m.id, t.id, m.id, 'organic', m.page_key, m.title, '',
       'https://encrypted-tbn0.gstatic.com/images?q=tbn:' || md5(m.page_url), '', '', '{}'
FROM monitor_match m JOIN monitor_searchtarget t ON t.watched_image_id = m.watched_image_id
WHERE m.workspace_id = %(workspace)s"""

SEARCHES = """
WITH target AS (
    SELECT t.id, watched_image_id, row_number() OVER (ORDER BY watched_image_id) - 1 AS place
    FROM monitor_searchtarget t JOIN monitor_watchedimage w ON w.id = t.watched_image_id
    WHERE w.collection_id = %(collection)s
)
INSERT INTO monitor_search (run_id, target_id, watched_image_id, seq, state, attempts, priority, held_for, stop,
       error, observed_at, ended_at, cost, is_baseline, is_confirming, item_ids, rank_absolute, rank_group,
       new_ids, gone_ids, returned_ids, n_items, n_new, n_gone, n_returned, n_moved)
SELECT r.id, t.id, t.watched_image_id, r.number, 'done', 1, 'normal', '', '', '', r.scheduled_for, r.scheduled_for,
       0.0006, r.number = 1, false, ARRAY(SELECT generate_series(first, first + %(shown)s - 1)), ranks, ranks,
       new, gone, '{}', %(shown)s, cardinality(new), cardinality(gone), 0, 0
FROM monitor_run r CROSS JOIN target t
CROSS JOIN LATERAL (SELECT %(base)s + t.place * %(each)s + 1 AS one) o
CROSS JOIN LATERAL (SELECT
    one + floor((r.number - 1) * (%(each)s - %(shown)s) / (%(runs)s - 1.0))::bigint AS first,
    one + floor((r.number - 2) * (%(each)s - %(shown)s) / (%(runs)s - 1.0))::bigint AS second,
    one + floor((r.number - 3) * (%(each)s - %(shown)s) / (%(runs)s - 1.0))::bigint AS third) f
CROSS JOIN LATERAL (SELECT
    ARRAY(SELECT generate_series(CASE r.number WHEN 1 THEN one ELSE second + %(shown)s END,
                                 first + %(shown)s - 1)) AS new,
    ARRAY(SELECT generate_series(third, second - 1) WHERE r.number > 2) AS gone) c
CROSS JOIN (SELECT ARRAY(SELECT generate_series(1, %(shown)s)::smallint) AS ranks) k
WHERE r.collection_id = %(collection)s"""


@dataclass(frozen=True, kw_only=True)
class World:
    """What was seeded."""

    workspace: Workspace
    collection: Collection
    n_matches: int
    n_searches: int


def seed(n_searches: int, n_matches: int) -> World:
    """About so many searches and matches, all of one workspace."""
    images = max(1, n_matches // MATCHES_EACH)
    runs = max(2, n_searches // images)
    workspace = factories.make_workspace()
    collection = factories.make_collection(workspace)
    values = {
        "workspace": workspace.pk, "collection": collection.pk, "images": images, "runs": runs, "chunk": CHUNK,
        "each": MATCHES_EACH, "shown": SHOWN, "base": _highest_item(), "provider": Provider.DATAFORSEO.value,
        "hash": hash_settings(Provider.DATAFORSEO, {}),
    }  # fmt: skip
    indexes = _drop_indexes()
    for sql in (DOMAINS + " ON CONFLICT DO NOTHING", IMAGES, TARGETS, RUNS, "ANALYZE"):
        _run(sql, values)
    for first in range(0, images, CHUNK):
        _run(MATCHES, {**values, "from": first})
    for sql in (*indexes, ITEMS, SEARCHES):
        _run(sql, values)
    for table in ("match", "resultitem"):
        _run(
            f"SELECT setval(pg_get_serial_sequence('monitor_{table}', 'id'), max(id)) FROM monitor_{table}",
            None,
        )
    _run("VACUUM (ANALYZE)", None)
    return World(
        workspace=workspace, collection=collection, n_matches=images * MATCHES_EACH, n_searches=images * runs
    )


def _drop_indexes() -> list[str]:
    """Those of matches that are no constraints; their definitions are what makes them again, quicker."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'monitor_match'
               AND indexdef NOT LIKE 'CREATE UNIQUE%%'"""
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _, definition in found]


def _highest_item() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest((SELECT max(id) FROM monitor_match), (SELECT max(id) FROM monitor_resultitem), 0)"
        )
        return int(cursor.fetchone()[0])


def _run(sql: str, values: dict[str, Any] | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(sql, values if values and "%(" in sql else None)
        cursor.execute("RESET synchronous_commit")
        cursor.execute("RESET maintenance_work_mem")
