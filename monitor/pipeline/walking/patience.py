"""Writing down what was paid for, although the database server is just being started again."""

import time
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection

TRIES, BETWEEN_SECONDS = 30, 1.0


def patiently(work: Callable[[], None]) -> None:
    """Does some work outside of any transaction; tries again for half a minute while the server is away."""
    for _ in range(TRIES):
        try:
            work()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(BETWEEN_SECONDS)
        else:
            return
    work()
