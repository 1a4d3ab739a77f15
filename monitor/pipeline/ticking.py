"""What happens once a minute: plans are made, holds probed, books kept, and every kind of work is asked for.

Each part fails alone: trouble with one must not stop the others.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from monitor import queue
from monitor.pipeline import planning, pruning, reporting, rereading
from monitor.pipeline.engines import probing
from monitor.pipeline.money import bookkeeping, budgets
from monitor.pipeline.watching import places

log = logging.getLogger(__name__)

Part = Callable[[datetime], object]

FIRST: Sequence[Part] = (planning.plan_due, probing.probe_due, budgets.renew)
# These may take their time: what the others found to do is asked for before them.
THEN: Sequence[Part] = (
    probing.watch_balances,
    reporting.ask_status,
    bookkeeping.keep_books,
    places.refresh_places,
    rereading.revise_fixed,
    reporting.read_errors,
    pruning.prune_due,
)


def look_around(at: datetime) -> None:
    """The minutely round."""
    _do(FIRST, at)
    for name in queue.EVERYTHING:
        queue.nudge(name)
    _do(THEN, at)


def _do(parts: Sequence[Part], at: datetime) -> None:
    for part in parts:
        try:
            part(at)
        except Exception:  # the others must go on
            log.exception("%s failed; the next minute tries again.", part.__module__)
