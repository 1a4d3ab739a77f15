"""The watch over one cluster of workers: a silent one is killed, and the supervisor starts another."""

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import Error, connection
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now

from monitor import heartbeat
from monitor.embedded.processes import is_alive
from monitor.embedded.services import Service
from monitor.models import WorkerNode

LOOK_SECONDS = 5.0
# A task takes 100 s at most.
LONGEST_SILENCE = 130.0
# The tick comes each minute, and the scheduler may be half a minute late.
LONGEST_WITHOUT_TICK = timedelta(seconds=180)
# One look may lie: a laptop that wakes up finds every sign old.
LOOKS_NEEDED = 3
SIGNS = "whereabouts-work-"


def worker_name() -> str:
    """This machine's part of the work, as the pages name it."""
    return f"{socket.gethostname()}-{os.getpid()}"


def make_signs_folder() -> Path:
    """A fresh folder for the cluster's signs of life; those of watchers that were killed are thrown away."""
    place = Path(tempfile.gettempdir())
    for folder in place.glob(f"{SIGNS}*"):
        pid = folder.name.removeprefix(SIGNS).partition("-")[0]
        if not (pid.isdigit() and is_alive(int(pid))):
            shutil.rmtree(folder, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{SIGNS}{os.getpid()}-", dir=place))


class Watch:
    """Looks at the cluster every few seconds."""

    def __init__(self, service: Service, signs: Path, say: Callable[[str], None]) -> None:
        self.service = service
        self.signs = signs
        self.say = say
        self.next_look = 0.0
        self.bad_looks = 0

    def look(self) -> None:
        """Kill the cluster when it has been silent too long, seen several times in a row."""
        now = time.monotonic()
        if now < self.next_look:
            return
        self.next_look = now + LOOK_SECONDS
        is_silent = not self.service.has_ended() and self._is_silent(now - self.service.started_at)
        self.bad_looks = self.bad_looks + 1 if is_silent else 0
        if self.bad_looks >= LOOKS_NEEDED:
            self.bad_looks = 0
            self.say("The cluster has been silent for too long and is replaced.")
            self.service.kill()

    def _is_silent(self, age: float) -> bool:
        now = time.time()
        silence = heartbeat.silence(self.signs, started=now - age, now=now)
        return silence > LONGEST_SILENCE or (
            age > LONGEST_WITHOUT_TICK.total_seconds() and no_tick_anywhere()
        )


def no_tick_anywhere() -> bool:
    """No worker of any machine has done anything for long, by the database's clock; False when it cannot tell."""
    age = ExpressionWrapper(Now() - F("seen_at"), output_field=DurationField())
    try:
        newest = WorkerNode.objects.annotate(age=age).order_by("age").values_list("age", flat=True).first()
    except Error:
        return False
    finally:
        connection.close()
    return newest is not None and newest > LONGEST_WITHOUT_TICK
