"""Taking everything away: rows go from PostgreSQL to the browser by COPY, never through a list in memory.

A cell that a spreadsheet would take for a formula gets an apostrophe in front; the files are UTF-8 with a byte
order mark, and times are ISO 8601 with the offset of the workspace's zone.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from psycopg import Cursor

from monitor.models import Match

BLOCK = 64 * 1024
BOM = b"\xef\xbb\xbf"
MATCH_COLUMNS = [
    "image",
    "collection",
    "domain",
    "page_url",
    "title",
    "first_seen",
    "last_seen",
    "gone_since",
    "known_at_start",
    "verdict",
    "score",
    "decision",
    "decided_at",
    "note",
    "google_rank",
    "yandex_rank",
]
# The last complete searches of each active target, as many as a match may be missing in before it is gone; the
# rank is that of the newest one, the last sight that of any.
RECENT = """
    recent AS (
        SELECT s.*, t.provider, row_number() OVER (PARTITION BY s.target_id ORDER BY s.seq DESC) AS age
        FROM monitor_search s JOIN monitor_searchtarget t ON t.id = s.target_id
        WHERE s.state = 'done' AND t.is_active AND s.watched_image_id IN (SELECT watched_image_id FROM chosen)
    ),
    now AS (
        SELECT i.match_id, max(r.observed_at) AS seen_at,
               min(u.rank) FILTER (WHERE r.age = 1 AND r.provider = 'dataforseo') AS google,
               min(u.rank) FILTER (WHERE r.age = 1 AND r.provider = 'yandex') AS yandex
        FROM recent r CROSS JOIN LATERAL unnest(r.item_ids, r.rank_absolute) AS u(item, rank)
        JOIN monitor_resultitem i ON i.id = u.item
        WHERE r.age <= 9
        GROUP BY i.match_id
    )
"""


def matches_csv(matches: QuerySet[Match], zone: str) -> Iterator[bytes]:
    """The chosen matches, newest first, one a line under a line of names."""
    try:
        chosen, values = matches.order_by().values("pk", "watched_image_id").query.sql_with_params()
    except EmptyResultSet:
        yield _head(MATCH_COLUMNS)
        return
    columns = [
        *map(_text, ("w.title", "c.name", "d.name", "m.page_url", "m.title")),
        *map(_time, ("m.first_seen_at", "coalesce(m.last_seen_at, now.seen_at)", "m.gone_at")),
        "CASE WHEN m.known_at_start THEN 'yes' ELSE 'no' END",
        *("m.verdict", "m.score", "m.decision"),
        _time("m.decided_at"),
        _text("m.note"),
        *("now.google", "now.yandex"),
    ]
    sql = f"""WITH chosen(pk, watched_image_id) AS ({chosen}), {RECENT}
        SELECT {", ".join(columns)} FROM chosen
        JOIN monitor_match m ON m.id = chosen.pk
        JOIN monitor_watchedimage w ON w.id = m.watched_image_id
        JOIN monitor_collection c ON c.id = w.collection_id
        JOIN monitor_domain d ON d.id = m.domain_id
        LEFT JOIN now ON now.match_id = m.id
        ORDER BY m.first_seen_at DESC, m.id DESC"""  # noqa: S608  # names of ours; every value is a parameter
    zones = [zone] * sum(column.count("%s") for column in columns)
    yield from _copy(MATCH_COLUMNS, sql, [*values, *zones])


DIFF_COLUMNS = [
    "change",
    "rank_before",
    "rank_after",
    "up",
    "domain",
    "page_url",
    "title_before",
    "title_after",
    "gone_since",
]


def diff_csv(rows: Sequence[Sequence[object]], zone: str) -> Iterator[bytes]:
    """The rows of a diff as the page has them: change, ranks, ranks gained, page, titles, and gone since."""
    kinds = ["text", "int", "int", "int", "text", "text", "text", "text", "timestamptz"]
    names = [f"c{place}" for place in range(len(kinds))]
    cells = [
        _text(name) if kind == "text" else _time(name) if kind == "timestamptz" else name
        for name, kind in zip(names, kinds, strict=True)
    ]
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    sql = f"""SELECT {", ".join(cells)}
        FROM unnest({arrays}) WITH ORDINALITY AS u({", ".join(names)}, place) ORDER BY place"""  # noqa: S608  # names of ours
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in kinds]
    yield from _copy(DIFF_COLUMNS, sql, [zone, *columns])


def _text(column: str) -> str:
    """A cell that no spreadsheet takes for a formula, its signs of full width included (OWASP, CSV injection)."""
    sign = "E'^[=+\\\\-@\uff1d\uff0b\uff0d\uff20\\\\t\\\\r\\\\n]'"
    return f"CASE WHEN {column} ~ {sign} THEN '''' || {column} ELSE {column} END"


def _time(column: str) -> str:
    """ISO 8601 with the offset of a zone, which is the parameter."""
    local = f"({column} AT TIME ZONE zone.name)"
    offset = f"({local} - ({column} AT TIME ZONE 'UTC'))"
    return (  # columns of ours
        f"(SELECT to_char({local}, 'YYYY-MM-DD\"T\"HH24:MI:SS') || "  # noqa: S608
        f"CASE WHEN {offset} < interval '0' THEN '-' ELSE '+' END || "
        f"to_char(make_interval(secs => abs(extract(epoch FROM {offset}))), 'HH24:MI') "
        f"FROM (SELECT %s::text AS name) AS zone)"
    )


def _head(names: Sequence[str]) -> bytes:
    return BOM + ",".join(names).encode() + b"\n"


def _copy(names: Sequence[str], sql: str, values: Sequence[Any]) -> Iterator[bytes]:
    """Streams the query; a reader that goes away ends the COPY and frees the connection."""
    yield _head(names)
    with connection.cursor() as wrapper:
        cursor: Cursor[Any] = wrapper.cursor
        with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)", values) as copy:
            yield from _blocks(bytes(row) for row in copy)


def _blocks(rows: Iterator[bytes]) -> Iterator[bytes]:
    """Rows gathered into pieces worth sending."""
    piece = bytearray()
    for row in rows:
        piece += row
        if len(piece) >= BLOCK:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)
