"""Telling people what is new and what is wrong: both are decided, then mails that are due are sent."""

from datetime import datetime

from monitor import queue
from monitor.alerts import deciding, delivering, notices


def tell(at: datetime) -> None:
    """Decides what is ready and sends what is due; asks for another turn when time ran out."""
    notices.decide_due(at)
    deciding.decide_due(at)
    if delivering.deliver_due(at):
        queue.nudge("tell")
