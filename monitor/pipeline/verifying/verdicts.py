"""From looks to verdicts: a match is what the best of its pictures is, at the strictness of its workspace.

Set-based, in SQL. A verdict is written under the lock of its match; matches that somebody else has locked are left
to the next sweep, so that judging never waits and never takes part in a deadlock.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from monitor.models import Match
from monitor.verification import METHOD_VERSION, STRICT

COPIES = (Match.Verdict.EXACT, Match.Verdict.MODIFIED)
BEST_FIRST = [*COPIES, Match.Verdict.PROBABLE, Match.Verdict.SIMILAR, Match.Verdict.UNVERIFIABLE]
LOCK_SPACE = 0x6A_75_64  # keeps these advisory locks apart from others

# From `held` (id, watched_image_id, strictness) to the best look of each match, if there is any, and whether it
# waits for others still. The verdict of a look is what verification.label_for says.
BEST_LOOKS = """
looks AS (
    SELECT held.id, p.state, c.label, c.score, c.changes,
           CASE WHEN c.label IN ('exact', 'modified') AND c.score < held.strictness THEN 'probable'
                WHEN c.label = 'probable' AND c.score >= held.strictness THEN 'modified'
                ELSE c.label END AS verdict
    FROM held JOIN monitor_resultitem i ON i.match_id = held.id JOIN monitor_picture p ON p.id = i.picture_id
    LEFT JOIN monitor_comparison c ON c.picture_id = p.id AND c.watched_image_id = held.watched_image_id
                                      AND c.method_version = %(method)s
), best AS (
    SELECT DISTINCT ON (id) id, verdict, score, changes FROM looks WHERE label IS NOT NULL
    ORDER BY id, array_position(%(best_first)s, verdict::text), score DESC NULLS LAST
), waiting AS (
    SELECT DISTINCT id FROM looks WHERE state = 'pending' OR state = 'fetched' AND label IS NULL
)"""

LOCK_STRICTNESS = """
SELECT pg_advisory_xact_lock_shared(%(space)s, workspace_id::int)
FROM (SELECT DISTINCT workspace_id FROM monitor_match WHERE id = ANY(%(matches)s) ORDER BY workspace_id) k"""

LOCK_MATCHES = """
SELECT id FROM monitor_match WHERE id = ANY(%(matches)s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"""

# One that waits keeps its verdict, unless a copy was seen already.
SETTLE = f"""
WITH held AS (
    SELECT m.id, m.watched_image_id, m.method_version = 0 AS was_due, coalesce(s.score, %(strict)s) AS strictness
    FROM monitor_match m LEFT JOIN monitor_strictness s ON s.workspace_id = m.workspace_id
    WHERE m.id = ANY(%(matches)s)
), {BEST_LOOKS}, wanted AS (
    SELECT held.id, held.was_due, coalesce(best.verdict, 'unverifiable') AS verdict, best.score,
           coalesce(best.changes, '[]') AS changes,
           CASE WHEN waiting.id IS NULL THEN %(method)s ELSE 0 END AS method_version
    FROM held LEFT JOIN best ON best.id = held.id LEFT JOIN waiting ON waiting.id = held.id
    WHERE waiting.id IS NULL OR best.verdict = ANY(%(copies)s)
)
UPDATE monitor_match m
SET verdict = u.verdict, score = u.score, changes = u.changes, method_version = u.method_version
FROM wanted u
WHERE m.id = u.id AND (m.verdict, m.score, m.changes, m.method_version)
                      IS DISTINCT FROM (u.verdict, u.score, u.changes, u.method_version)
RETURNING m.id, m.verdict, u.was_due"""  # noqa: S608 - put together from constants

TELL_LATE = "UPDATE monitor_untold SET is_due = true WHERE match_id = ANY(%(matches)s) AND NOT is_due"


def settle(matches: Collection[int], *, is_news: bool = True) -> Mapping[int, str]:
    """Writes the verdicts of matches from the looks that are stored; returns those that changed.

    A run's late verdicts are told only if this `is_news`: not when a better method or another strictness calls old
    pictures something else. One that was due anyway is news whoever writes it.
    """
    if not matches:
        return {}
    with transaction.atomic():
        ask(LOCK_STRICTNESS, matches=sorted(matches), space=LOCK_SPACE)
        locked = [row[0] for row in ask(LOCK_MATCHES, matches=sorted(matches))]
        return write(locked, is_news=is_news)


def write(locked: Sequence[int], *, is_news: bool) -> dict[int, str]:
    """The same for matches whose locks, and that of their strictness, are held by the caller."""
    settled = ask(SETTLE, matches=list(locked), strict=STRICT, copies=list(COPIES))
    copies = [match for match, verdict, was_due in settled if verdict in COPIES and (is_news or was_due)]
    if copies:
        ask(TELL_LATE, matches=copies)
    return {match: verdict for match, verdict, _ in settled}


def ask(sql: str, **values: Any) -> list[Any]:
    """The rows of a statement that may use the method's version and the order of verdicts."""
    known: dict[str, Any] = {"method": METHOD_VERSION, "best_first": [str(verdict) for verdict in BEST_FIRST]}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**known, **{name: _plain(value) for name, value in values.items()}})
        return cursor.fetchall() if cursor.description else []


def _plain(value: Any) -> Any:
    return (
        [str(each) if isinstance(each, str) else each for each in value] if isinstance(value, list) else value
    )
