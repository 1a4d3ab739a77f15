"""Reading the database in time: no check waits behind a lock, or for a table that has grown."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

PATIENCE = timedelta(seconds=5)


@contextmanager
def in_time(patience: timedelta = PATIENCE) -> Iterator[CursorWrapper]:
    """A transaction, of which no statement may take longer than `patience`; nothing else is asked meanwhile."""
    limit = f"{patience // timedelta(milliseconds=1)}ms"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [limit])
        yield cursor
