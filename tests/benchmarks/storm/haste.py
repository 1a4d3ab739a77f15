"""Time that passes faster: every second the waits that are written down become shorter by many.

Only what nobody works on is moved: a search that is being asked keeps its real lease for longer than a call here
can take, because its call is real. What becomes due so is looked at at once, as the minutely tick would.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
from django.db import Error, connection

from monitor import queue
from monitor.pipeline.claiming import LEASE
from tests.system.books import Books

# The simulator answers within a second or two: who still asks after so long was killed, or has lost the database.
LONGEST_CALL = timedelta(seconds=30)
STATEMENTS = (
    """UPDATE monitor_search SET not_before = not_before - make_interval(secs => %(s)s) WHERE id IN (
           SELECT id FROM monitor_search AS search WHERE state IN ('planned', 'held', 'waiting')
           OR state = 'asking' AND (not_before < now() + %(rest)s OR EXISTS (SELECT FROM monitor_providertask
               WHERE search_id = search.id AND state = 'unknown'))
           FOR UPDATE SKIP LOCKED)""",
    """UPDATE monitor_providertask SET posted_at = posted_at - make_interval(secs => %(s)s) WHERE id IN (
           SELECT id FROM monitor_providertask WHERE state IN ('unknown', 'accepted') FOR UPDATE SKIP LOCKED)""",
    """UPDATE monitor_accountstate SET probe_at = probe_at - make_interval(secs => %(s)s) WHERE id IN (
           SELECT id FROM monitor_accountstate WHERE probe_at IS NOT NULL FOR UPDATE SKIP LOCKED)""",
    """UPDATE monitor_picture SET not_before = not_before - make_interval(secs => %(s)s) WHERE id IN (
           SELECT id FROM monitor_picture WHERE state = 'pending' FOR UPDATE SKIP LOCKED)""",
)


@contextmanager
def hurrying(books: Books, pace: int) -> Iterator[None]:
    """For as long as the context lasts; `pace` virtual seconds pass within a real one, the real one included."""
    is_over = threading.Event()
    thread = threading.Thread(target=_hurry, args=(books, pace, is_over))
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _hurry(books: Books, pace: int, is_over: threading.Event) -> None:
    while not is_over.wait(1.0):
        try:
            books.run(STATEMENTS, s=pace - 1, rest=LEASE - LONGEST_CALL)
            for name in queue.EVERYTHING:
                queue.nudge(name)
        except (psycopg.Error, Error):  # the server has just been killed
            connection.close()
    connection.close()
