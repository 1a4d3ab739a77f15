"""Taking everything away: rows go from PostgreSQL to the browser by COPY, never through a list in memory.

A cell that a spreadsheet would take for a formula gets an apostrophe in front; the files are UTF-8 with a byte
order mark, and times are ISO 8601 with the offset of the workspace's zone.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from psycopg import Cursor

from monitor.models import Match

ROWS_AT_ONCE = 250
IMAGES_AT_ONCE = 100
BOM = b"\xef\xbb\xbf"
# Those by which a formula begins, and their forms of full width (OWASP, CSV injection).
SIGNS = ", ".join(str(ord(sign)) for sign in "=+-@\uff1d\uff0b\uff0d\uff20\t\r\n")
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
FIELDS = [
    "pk",
    "watched_image_id",
    "domain_id",
    "page_url",
    "title",
    "first_seen_at",
    "last_seen_at",
    "gone_at",
    "known_at_start",
    "verdict",
    "score",
    "decision",
    "decided_at",
    "note",
]
# What the newest complete answer of each active target holds.
NOW = """
    SELECT i.match_id, max(s.observed_at) AS seen_at,
           min(u.rank) FILTER (WHERE t.provider = 'dataforseo') AS google,
           min(u.rank) FILTER (WHERE t.provider = 'yandex') AS yandex
    FROM monitor_searchtarget t
    CROSS JOIN LATERAL (
        SELECT observed_at, item_ids, rank_absolute FROM monitor_search
        WHERE target_id = t.id AND state = 'done' ORDER BY seq DESC LIMIT 1
    ) s
    CROSS JOIN LATERAL unnest(s.item_ids, s.rank_absolute) AS u(item, rank)
    JOIN monitor_resultitem i ON i.id = u.item
    WHERE t.is_active AND t.watched_image_id = ANY(%s::bigint[])
    GROUP BY i.match_id"""
# A match that they lack, and that is not gone yet, is in one of the nine answers that gone is judged by.
SEEN_BEFORE = """(
    SELECT max(s.observed_at) FROM monitor_resultitem i
    JOIN monitor_searchtarget t ON t.id = i.target_id AND t.is_active
    CROSS JOIN LATERAL (
        SELECT observed_at, item_ids FROM monitor_search
        WHERE target_id = t.id AND state = 'done' ORDER BY seq DESC LIMIT 9
    ) s
    WHERE i.match_id = m.pk AND i.id = ANY(s.item_ids))"""


def matches_csv(matches: QuerySet[Match], zone: str) -> Iterator[bytes]:
    """The chosen matches, one a line under a line of names: image by image, and the newest matches of each first.

    Some images are one COPY, so that nothing large is ever sorted or held.
    """
    yield _head(MATCH_COLUMNS)
    images = matches.order_by("watched_image").values_list("watched_image", flat=True).distinct()
    with _in_zone(zone):
        for some in _some_at_a_time(images):
            yield from _copy(*_matches_of(matches, some))


def _some_at_a_time(images: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(images)
    while some := list(islice(rest, IMAGES_AT_ONCE)):
        yield some


def _matches_of(matches: QuerySet[Match], images: list[int]) -> tuple[str, list[Any]]:
    rows = matches.filter(watched_image__in=images).order_by().values_list(*FIELDS)
    chosen, values = rows.query.sql_with_params()
    columns = [
        *map(_text, ("w.title", "c.name", "d.name", "m.page_url", "m.title")),
        *map(
            _time, ("m.first_seen_at", f"coalesce(m.last_seen_at, now.seen_at, {SEEN_BEFORE})", "m.gone_at")
        ),
        "CASE WHEN m.known_at_start THEN 'yes' ELSE 'no' END",
        *("m.verdict", "m.score", "m.decision"),
        _time("m.decided_at"),
        _text("m.note"),
        *("now.google", "now.yandex"),
    ]
    sql = f"""SELECT {", ".join(columns)} FROM ({chosen}) AS m({", ".join(FIELDS)})
        JOIN monitor_watchedimage w ON w.id = m.watched_image_id
        JOIN monitor_collection c ON c.id = w.collection_id
        JOIN monitor_domain d ON d.id = m.domain_id
        LEFT JOIN ({NOW}) now ON now.match_id = m.pk
        ORDER BY m.watched_image_id, m.first_seen_at DESC, m.pk DESC"""  # noqa: S608  # names of ours, values apart
    return sql, [*values, images]


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
    yield _head(DIFF_COLUMNS)
    with _in_zone(zone):
        yield from _copy(sql, columns)


def _text(column: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"CASE WHEN ascii({column}) IN ({SIGNS}) THEN '''' || {column} ELSE {column} END"


def _time(column: str) -> str:
    """ISO 8601 with the offset of the zone that the session is in, to the second; JSON is quicker than to_char."""
    return f"substr(to_json(({column})::timestamptz(0))::text, 2, 25)"


@contextmanager
def _in_zone(zone: str) -> Iterator[None]:
    """A transaction whose times are those of a zone, with memory to sort some images in.

    Compiling (JIT) would take longer than some images do.
    """
    sql = """SELECT set_config('TimeZone', %s, true), set_config('work_mem', '32MB', true),
                    set_config('jit', 'off', true)"""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql, [zone])
        yield


def _head(names: Sequence[str]) -> bytes:
    return BOM + ",".join(names).encode() + b"\n"


def _copy(sql: str, values: Sequence[Any]) -> Iterator[bytes]:
    """Streams the query; a reader that goes away ends the COPY and frees the connection."""
    with connection.cursor() as wrapper:
        cursor: Cursor[Any] = wrapper.cursor
        with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)", values) as copy:
            rows = iter(copy)
            while block := b"".join(islice(rows, ROWS_AT_ONCE)):
                yield block
