"""What the simulator remembers: one SQLite database, committed before each answer, so a kill loses nothing."""

import sqlite3
from collections.abc import Iterator
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
    posted_at REAL NOT NULL, done_at REAL NOT NULL, world_at REAL NOT NULL,
    is_lost INTEGER NOT NULL DEFAULT 0, is_collected INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS task_posted ON task (posted_at);
CREATE INDEX IF NOT EXISTS task_waiting ON task (done_at) WHERE NOT is_collected;
CREATE TABLE IF NOT EXISTS charge (id INTEGER PRIMARY KEY, tag TEXT NOT NULL, amount REAL NOT NULL);
CREATE TABLE IF NOT EXISTS search (
    engine TEXT NOT NULL, picture TEXT NOT NULL, at REAL NOT NULL, world_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS search_again ON search (engine, picture, at);
CREATE TABLE IF NOT EXISTS cbir (id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, world_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS script (
    id INTEGER PRIMARY KEY, line TEXT NOT NULL, passes_left INTEGER NOT NULL, times_left INTEGER NOT NULL
);
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
            f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000; {_SCHEMA}"
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
