"""What the simulator remembers: one SQLite database, committed before each answer, so a kill loses nothing."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

_SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS picture (
    sha256 TEXT PRIMARY KEY, content BLOB NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS source (url TEXT PRIMARY KEY, sha256 TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS task (
    id TEXT PRIMARY KEY, tag TEXT NOT NULL, fields TEXT NOT NULL, cost REAL NOT NULL, code INTEGER NOT NULL,
    posted_at REAL NOT NULL, done_at REAL NOT NULL, world_at REAL NOT NULL, listed_at REAL NOT NULL,
    ready_at REAL, fixed_at REAL, collected_at REAL, share REAL NOT NULL DEFAULT 1,
    is_lost INTEGER NOT NULL DEFAULT 0, is_foreign INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS task_posted ON task (posted_at);
CREATE INDEX IF NOT EXISTS task_ready ON task (ready_at) WHERE collected_at IS NULL;
CREATE INDEX IF NOT EXISTS task_fixed ON task (fixed_at) WHERE fixed_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS webhook (
    id INTEGER PRIMARY KEY, task_id TEXT NOT NULL, kind TEXT NOT NULL, due_at REAL NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting'
);
CREATE INDEX IF NOT EXISTS webhook_waiting ON webhook (due_at, id) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS error (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, function TEXT NOT NULL, row TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS error_at ON error (at);
CREATE TABLE IF NOT EXISTS rate (name TEXT PRIMARY KEY, slot INTEGER NOT NULL, calls INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS charge (id INTEGER PRIMARY KEY, tag TEXT NOT NULL, amount REAL NOT NULL);
CREATE TABLE IF NOT EXISTS search (
    engine TEXT NOT NULL, picture TEXT NOT NULL, at REAL NOT NULL, world_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS search_again ON search (engine, picture, at);
CREATE TABLE IF NOT EXISTS cbir (
    id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, world_at REAL NOT NULL, made_at REAL NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS script (
    id INTEGER PRIMARY KEY, line TEXT NOT NULL, met INTEGER NOT NULL DEFAULT 0, hits INTEGER NOT NULL DEFAULT 0,
    burst_left INTEGER NOT NULL DEFAULT 0
);
"""
_VERSION = 1
_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('task', 'script')"
_BEFORE_1 = """
DROP TABLE script;
ALTER TABLE task RENAME TO task_of_0;
DROP INDEX task_posted;
ALTER TABLE cbir ADD COLUMN made_at REAL NOT NULL DEFAULT 0;
"""
# What a file of version 0 knew of its tasks: neither delays nor webhooks, and no moment of the collection.
_TASKS_OF_0 = """
INSERT INTO task (
    id, tag, fields, cost, code, posted_at, done_at, world_at, is_lost, listed_at, ready_at, collected_at
)
SELECT id, tag, fields, cost, code, posted_at, done_at, world_at, is_lost, posted_at, done_at,
    CASE WHEN is_collected THEN done_at END
FROM task_of_0;
DROP TABLE task_of_0;
"""


class State:
    """The database in the file at `path`, or in memory; one connection that all threads share."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = RLock()
        self._connection = sqlite3.connect(
            str(path) if path else ":memory:", check_same_thread=False, isolation_level=None
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000"
        )
        self._make_tables()

    def _make_tables(self) -> None:
        """Those of this version; a file of version 0 keeps what it knows but its script of faults."""
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        is_old = version == 0 and len(self._connection.execute(_TABLES).fetchall()) == 2
        self._connection.executescript(
            f"BEGIN IMMEDIATE; {_BEFORE_1 if is_old else ''} {_SCHEMA} {_TASKS_OF_0 if is_old else ''}"
            f"PRAGMA user_version = {_VERSION}; COMMIT"
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing; no other thread comes between."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def run(self, sql: str, *values: object) -> int:
        """Carry out one statement, committed at its end unless inside a transaction; how many rows it changed."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount

    def run_many(self, sql: str, values: Sequence[Sequence[object]]) -> None:
        """Carry out one statement for each row of values."""
        with self._lock:
            self._connection.executemany(sql, values)

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """All rows of a question."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        """The first row of a question, if there is one."""
        with self._lock:
            found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return found

    def close(self) -> None:
        """Close the file; what was written is kept."""
        with self._lock:
            self._connection.close()
