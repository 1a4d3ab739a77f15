"""Noticing that the installation itself is behind: searches that wait too long, and workers that are not seen."""

from datetime import datetime, timedelta

from monitor.alerts import troubles
from monitor.models import Trouble
from monitor.queries import health

LATE = timedelta(minutes=30)
UNSEEN = timedelta(minutes=5)
SUBJECT = "work"
LATE_SENTENCE = "A search has been due for {minutes:,} minutes, and no worker has taken it up."
UNSEEN_SENTENCE = "No worker has given a sign of life for 5 minutes."


def look(at: datetime) -> None:
    """Said by a worker: searches wait too long, or no longer do; and a worker is there again."""
    troubles.end(Trouble.Kind.WORKERS, SUBJECT, at)
    lag = health.queue_lag()
    if lag is None or lag < LATE:
        troubles.end(Trouble.Kind.QUEUE, SUBJECT, at)
    else:
        minutes = int(lag.total_seconds() // 60)
        troubles.begin(Trouble.Kind.QUEUE, SUBJECT, LATE_SENTENCE.format(minutes=minutes), at)


def are_workers_unseen(at: datetime) -> bool:
    """Said by any other process: whether no worker is seen, which is a trouble."""
    if health.workers_seen(UNSEEN):
        return False
    troubles.begin(Trouble.Kind.WORKERS, SUBJECT, UNSEEN_SENTENCE, at)
    return True
