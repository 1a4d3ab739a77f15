"""What happens once a minute: plans are made, holds probed, books kept, and every kind of work is asked for.

Each part fails alone: trouble with one must not stop the others.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from monitor import queue
from monitor.pipeline import bookkeeping, budgets, places, planning, probing

log = logging.getLogger(__name__)

Part = Callable[[datetime], object]

PARTS: Sequence[Part] = (
    planning.plan_due,
    probing.probe_due,
    probing.watch_balances,
    budgets.renew,
    bookkeeping.keep_books,
    places.refresh_places,
)


def look_around(at: datetime) -> None:
    """The minutely round."""
    for part in PARTS:
        try:
            part(at)
        except Exception:  # the others must go on
            log.exception("%s failed; the next minute tries again.", part.__module__)
    for name in queue.EVERYTHING:
        queue.nudge(name)
