"""The CSV of all matches, as the view streams it, beside a plain COPY of the same lines and as many columns.

The plain one has two numbers of the row itself in place of the two ranks, which are in no column.
"""

from pathlib import Path

from django.db import connection

from monitor import exports
from monitor.models import Match
from tests.benchmarks.storing import report
from tests.benchmarks.storing.report import Figure
from tests.benchmarks.storing.seeding import World

PLAIN = """
COPY (SELECT w.title, c.name, d.name, m.page_url, m.title, m.first_seen_at, m.last_seen_at, m.gone_at,
             m.known_at_start, m.verdict, m.score, m.decision, m.decided_at, m.note, m.id %% 100, m.id %% 101
      FROM monitor_match m JOIN monitor_watchedimage w ON w.id = m.watched_image_id
      JOIN monitor_collection c ON c.id = w.collection_id JOIN monitor_domain d ON d.id = m.domain_id
      WHERE m.workspace_id = %s AND m.verdict <> 'similar' AND m.decision <> 'not_ours'
      ORDER BY m.watched_image_id, m.first_seen_at DESC, m.id DESC) TO STDOUT (FORMAT csv)"""


def figures(world: World) -> list[Figure]:
    """Rows a second, and how much memory it takes."""
    before = _peak_mb(reset=True)
    ours, plain = report.alternate(2, lambda: _export(world), lambda: _copy(world))
    grown = _peak_mb() - before
    speed, reference = (f"{world.n_matches / ms:,.0f} rows/ms" for ms in (ours, plain))
    return [
        report.at_least("CSV of all matches, times COPY TO", speed, reference, plain / ours, 0.7),
        report.limited("memory that it takes", grown, 30, "MB"),
    ]


def _export(world: World) -> int:
    matches = Match.objects.filter(workspace=world.workspace).counted()
    return sum(len(part) for part in exports.matches_csv(matches, "Europe/Berlin"))


def _copy(world: World) -> int:
    with connection.cursor() as cursor, cursor.copy(PLAIN, [world.workspace.pk]) as pipe:
        return sum(len(part) for part in pipe)


def _peak_mb(*, reset: bool = False) -> float:
    """The most memory that this process has held, since the last reset (Linux)."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
