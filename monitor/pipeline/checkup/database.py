"""The settings of PostgreSQL that data and work depend on, and whether the tables fit the code."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from monitor.models import WorkerNode
from monitor.pipeline.checkup.bounds import in_time
from monitor.pipeline.checkup.findings import Finding, bad, ok, warning

SERVER, TABLES, SAFETY, PLACES, LETTERS = (
    "Database server",
    "Tables",
    "Safety of commits",
    "Connections",
    "Letters",
)
UPKEEP, SIZE = "Upkeep of tables", "Size of the database"
OLDEST = 15
WEB_CONNECTIONS = 16  # two processes of eight threads, as `manage.py web` starts them
CLUSTER_OVERHEAD = 3  # the pusher, the monitor and the sentinel of a cluster of workers
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
ASKED = (
    *DURABLE,
    "server_version",
    "server_version_num",
    "server_encoding",
    "max_connections",
    "autovacuum",
    "track_counts",
)
Settings = Mapping[str, str]


def check(at: datetime) -> Sequence[Finding]:
    """What the server says of itself."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        remedy = "Start it (make up starts the embedded one), or correct DATABASE_URL."
        return [bad(SERVER, f"The database did not answer: {reason}.", remedy)]
    found = _settings()
    return [
        version(found["server_version"], int(found["server_version_num"])),
        tables(_pending()),
        safety(found),
        connections(int(found["max_connections"]), *_in_use()),
        letters(found["server_encoding"], knows_letters=_knows_letters()),
        upkeep(found),
        ok(SIZE, f"The database takes {_size()} on its disk."),
    ]


def _settings() -> Settings:
    with in_time() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(ASKED)])
        return dict(cursor.fetchall())


def _in_use() -> tuple[int, int]:
    """Connections that are open now, and clusters of workers that were seen in the last hour."""
    with in_time() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
        (used,) = cursor.fetchone()
        cursor.execute(
            f"SELECT count(*) FROM {WorkerNode._meta.db_table} "  # noqa: S608 - a constant
            "WHERE seen_at > now() - interval '1 hour'"
        )
        (clusters,) = cursor.fetchone()
    return used, clusters


def _knows_letters() -> bool:
    with in_time() as cursor:
        cursor.execute("SELECT lower('Ж') = 'ж'")
        (knows,) = cursor.fetchone()
    return bool(knows)


def _size() -> str:
    with in_time() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        (size,) = cursor.fetchone()
    return str(size)


def version(text: str, number: int) -> Finding:
    if number < OLDEST * 10_000:
        sentence = f"PostgreSQL {text} is too old: Whereabouts needs {OLDEST} or newer."
        return bad(SERVER, sentence, "Move the database to a newer server (pg_dump, pg_restore).")
    return ok(SERVER, f"PostgreSQL {text} answers.")


def _pending() -> list[str]:
    with in_time():
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label} {migration.name}" for migration, _ in plan]


def tables(pending: Sequence[str]) -> Finding:
    if not pending:
        return ok(TABLES, "The tables fit the code.")
    sentence = f"{len(pending)} migrations are not applied ({', '.join(pending[:3])}): pages may fail."
    return bad(TABLES, sentence, "Run manage.py migrate once; make up does it by itself.")


def safety(found: Settings) -> Finding:
    """Money is written before it is spent, which holds only when a commit survives a power cut."""
    careless = [name for name in DURABLE if found[name] == "off"]
    if careless:
        sentence = f"{' and '.join(careless)} off: after a power cut, searches could be lost or paid twice."
        return bad(SAFETY, sentence, f"Set {', '.join(careless)} to on at the server.")
    return ok(SAFETY, "What is committed survives a power cut.")


def connections(most: int, used: int, clusters: int) -> Finding:
    """Whether all threads of the pages and all workers find a place at the same time."""
    each = settings.ENV.workers + CLUSTER_OVERHEAD
    wanted = max(clusters, 1) * each + WEB_CONNECTIONS
    sentence = f"{used} of {most} connections are in use; the pages and workers seen need up to {wanted}"
    if wanted > most:
        remedy = "Raise max_connections at the server, or lower WORKERS."
        return bad(PLACES, f"{sentence}, more than there are.", remedy)
    if wanted > 0.8 * most or used > 0.8 * most:
        remedy = "Raise max_connections at the server before you add workers or machines."
        return warning(PLACES, f"{sentence}, which leaves little room.", remedy)
    return ok(PLACES, f"{sentence}.")


def letters(encoding: str, *, knows_letters: bool) -> Finding:
    remedy = "Make the database anew: createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 NAME."
    if encoding != "UTF8":
        return bad(
            LETTERS, f"The database is written in {encoding}, which cannot hold every page’s title.", remedy
        )
    if not knows_letters:
        sentence = (
            "The database does not know that Ж and ж are one letter: words are not found in every script."
        )
        return bad(LETTERS, sentence, remedy)
    return ok(LETTERS, "Texts are kept as UTF-8, and words are found in every script.")


def upkeep(found: Settings) -> Finding:
    if "off" in (found["autovacuum"], found["track_counts"]):
        sentence = "Autovacuum is off: tables grow without end and pages become slow."
        return bad(UPKEEP, sentence, "Set autovacuum and track_counts to on at the server.")
    return ok(UPKEEP, "The server cleans its tables up by itself.")
