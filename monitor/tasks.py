"""What workers call, by name. Each only goes and looks: the rows say what there is to do."""

from django.utils import timezone

from monitor import queue
from monitor.alerts import telling
from monitor.pipeline import pump as pumping
from monitor.pipeline import ticking


def tick() -> None:
    """Once a minute: whatever nudge was lost is made good here."""
    queue.touch_worker()
    ticking.look_around(timezone.now())


def pump() -> None:
    """Asks Google and collects its answers."""
    queue.started("pump")
    pumping.run_slice()


def walk() -> None:
    """Asks Yandex, page by page."""
    queue.started("walk")
    pumping.walk_slice()


def fetch() -> None:
    """Fetches found pictures."""
    queue.started("fetch")
    pumping.fetch_slice()


def tell() -> None:
    """Decides what is to be told, and sends what is due."""
    queue.started("tell")
    telling.tell(timezone.now())
