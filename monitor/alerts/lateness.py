"""Noticing that the installation itself is behind: searches that wait too long, and workers that are not seen."""

from datetime import datetime, timedelta

from monitor.alerts import troubles
from monitor.alerts.notices import PATIENCE
from monitor.models import Trouble
from monitor.queries import health

# A queue that has been late for as long is called stuck. People are told of what has lasted for a part of that
# (notices), and so not of what waited for a worker to come back. A large run is taken up at the speed that the
# limits allow: while calls are made it is behind, not stuck.
STUCK_AFTER, BEHIND_AFTER = timedelta(minutes=10), timedelta(minutes=30)
STUCK, BEHIND = STUCK_AFTER - PATIENCE, BEHIND_AFTER - PATIENCE
UNSEEN = timedelta(minutes=5)
SUBJECT = "work"
LATE_SENTENCE = "A search has been due for {minutes:,} minutes, and no worker has taken it up."
UNSEEN_SENTENCE = "No worker has given a sign of life for 5 minutes."


def look(at: datetime) -> None:
    """Said by a worker: searches wait too long, or no longer do; and a worker is there again.

    What waits for an account or a budget waits for people, who are told of that instead.
    """
    troubles.end(Trouble.Kind.WORKERS, SUBJECT, at)
    lag = health.unexplained_lag()
    if lag is None or lag < STUCK:
        troubles.end(Trouble.Kind.QUEUE, SUBJECT, at)
    elif lag >= BEHIND or not health.is_calling(STUCK):
        minutes = int(lag.total_seconds() // 60)
        troubles.begin(Trouble.Kind.QUEUE, SUBJECT, LATE_SENTENCE.format(minutes=minutes), at)


def are_workers_unseen(at: datetime) -> bool:
    """Said by any other process: whether no worker is seen, which is a trouble."""
    if health.workers_seen(UNSEEN):
        return False
    troubles.begin(Trouble.Kind.WORKERS, SUBJECT, UNSEEN_SENTENCE, at)
    return True
