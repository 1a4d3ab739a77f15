"""What only one machine may do at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections

# Any number that nothing else in this database uses.
LOCK = 7_263_840_151


@contextmanager
def advisory_lock(database: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Held by the connection, so that it is free again when the process dies."""
    with connections[database].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with connections[database].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
