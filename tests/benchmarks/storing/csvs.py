"""The CSV of all matches, as the view streams it, beside plain COPYs of the same lines.

The one has the same cells as the table has them: no formula is made safe, no time is put into a zone, all lines are
one answer. The other lacks the two ranks, too, which are in no column of a match, but in arrays of the searches:
it has two numbers of the row itself in their place.
"""

from pathlib import Path

from django.db import connection

from monitor import exports
from monitor.models import Match, WatchedImage
from tests.benchmarks.storing import report
from tests.benchmarks.storing.report import Figure
from tests.benchmarks.storing.seeding import World

LINES = """
COPY (SELECT w.title, c.name, d.name, m.page_url, m.title, m.first_seen_at, m.last_seen_at, m.gone_at,
             m.known_at_start, m.verdict, m.score, m.decision, m.decided_at, m.note, {ranks}
      FROM monitor_match m JOIN monitor_watchedimage w ON w.id = m.watched_image_id
      JOIN monitor_collection c ON c.id = w.collection_id JOIN monitor_domain d ON d.id = m.domain_id {joined}
      WHERE m.watched_image_id = ANY(%s) AND m.verdict <> 'similar' AND m.decision <> 'not_ours'
      ORDER BY m.watched_image_id, m.first_seen_at DESC, m.id DESC) TO STDOUT (FORMAT csv)"""
SAME = LINES.format(
    ranks="now.google, now.yandex", joined=f"LEFT JOIN ({exports.NOW}) now ON now.match_id = m.id"
)
COLUMNS_ONLY = LINES.format(ranks="m.id %% 100, m.id %% 101", joined="")


def figures(world: World) -> list[Figure]:
    """Rows a second, and how much memory it takes."""
    images = list(WatchedImage.objects.filter(workspace=world.workspace).values_list("pk", flat=True))
    before = _peak_mb(reset=True)
    ours, same, columns = report.alternate(
        2, lambda: _export(world), lambda: _copy(SAME, images, images), lambda: _copy(COLUMNS_ONLY, images)
    )
    grown = _peak_mb() - before
    speed, beside, bare = (f"{world.n_matches / ms:,.0f} rows/ms" for ms in (ours, same, columns))
    return [
        report.at_least("CSV of all matches, times COPY TO", speed, beside, same / ours, 0.7),
        Figure(name="   times COPY TO without ranks", ours=speed, reference=bare, ratio=columns / ours),
        report.limited("memory that it takes", grown, 30, "MB"),
    ]


def _export(world: World) -> int:
    matches = Match.objects.filter(workspace=world.workspace).counted()
    return sum(len(part) for part in exports.matches_csv(matches, "Europe/Berlin"))


def _copy(sql: str, *values: list[int]) -> int:
    with connection.cursor() as cursor, cursor.copy(sql, values) as pipe:
        return sum(len(part) for part in pipe)


def _peak_mb(*, reset: bool = False) -> float:
    """The most memory that this process has held, since the last reset (Linux)."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
