"""A lane for each kind of slow work: one slice of it at a time on each machine, so that none starves the others."""

import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

LOCK_SPACE = 0x6C_61_6E  # keeps these advisory locks apart from others
TRIES, BETWEEN_SECONDS = 10, 0.1


@contextmanager
def alone(lane: str, *, everywhere: bool = False) -> Iterator[bool]:
    """Whether this slice has the lane of its machine for itself, or that of all machines (`everywhere`).

    A killed one gives it back with its connection.
    """
    machine = "" if everywhere else f"@{os.environ.get('WORKER_NAME', '')}"
    key = zlib.crc32(f"{lane}{machine}".encode()) - 2**31
    is_mine = _take(key)
    try:
        yield is_mine
    finally:
        if is_mine:
            _ask("SELECT pg_advisory_unlock(%s, %s)", key)


def _take(key: int) -> bool:
    """A slice that is just ending is waited for: it may not have seen what this one was asked to do."""
    for _ in range(TRIES):
        if _ask("SELECT pg_try_advisory_lock(%s, %s)", key):
            return True
        time.sleep(BETWEEN_SECONDS)
    return False


def _ask(sql: str, key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [LOCK_SPACE, key])
        return bool(cursor.fetchone()[0])
