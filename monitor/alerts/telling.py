"""Telling people what is new and what is wrong: both are decided, then mails that are due are sent."""

from datetime import datetime

from monitor import queue
from monitor.alerts import deciding, delivering, lateness, notices


def tell(at: datetime) -> None:
    """Decides what is ready and sends what is due; asks for another turn when time ran out."""
    lateness.look(at)
    notices.decide_due(at)
    deciding.decide_due(at)
    deciding.decide_late(at)
    if delivering.deliver_due(at):
        queue.nudge("tell")


def stand_in(at: datetime) -> bool:
    """For a process that is no worker: while no worker is seen it tells of troubles itself; True when it does."""
    if not lateness.are_workers_unseen(at):
        return False
    notices.decide_due(at)
    delivering.deliver_due(at)
    return True
