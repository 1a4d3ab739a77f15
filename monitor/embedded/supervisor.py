"""Keeps several programs running in one process tree, and ends them all.

It opens no database connection and starts no thread: whatever happens to a child, this loop goes on.
"""

import signal
import subprocess
import time
from collections.abc import Callable
from types import FrameType

from monitor.embedded.processes import adopt_orphans, kill_group, reap_adopted
from monitor.embedded.services import Service

GRACE = 8.0
LAST_GRACE = 3.0
PAUSE = 0.1


class Stopped(Exception):
    """Somebody asked us to stop while something was still being started."""


class Supervisor:
    """Services in the order of their start; those of a higher stage are stopped before lower ones."""

    def __init__(self) -> None:
        self.services: list[Service] = []
        self.stop_requests = 0
        self._errand: subprocess.Popen[bytes] | None = None

    def listen(self) -> None:
        """From now on Ctrl-C and SIGTERM ask for a clean stop, asked again for a quick one."""
        adopt_orphans()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stop_requests += 1

    def add(self, service: Service) -> None:
        """Start a service and keep it running from now on."""
        self.services.append(service)
        service.tend()

    def tend(self) -> None:
        """One look at everything."""
        for service in self.services:
            service.tend()
        self._reap()

    def wait_for(self, is_ready: Callable[[], bool], seconds: float) -> bool:
        """Tend until the condition holds; False when the time is over, Stopped when asked to stop."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if self.stop_requests:
                raise Stopped
            if time.monotonic() > deadline:
                return False
            self.tend()
            time.sleep(PAUSE)
        return True

    def run(self, launch: Callable[[], subprocess.Popen[bytes]], seconds: float) -> int | None:
        """Run a program to its end while tending the others: its exit code, or None when it took too long."""
        process = self._errand = launch()
        try:
            return process.returncode if self.wait_for(lambda: process.poll() is not None, seconds) else None
        finally:
            kill_group(process.pid)
            process.wait()
            self._errand = None

    def forever(self, also: Callable[[], None] = lambda: None) -> None:
        """Tend until asked to stop; `also` is called at each look."""
        while not self.stop_requests:
            self.tend()
            also()
            time.sleep(PAUSE)

    def stop(self, grace: float = GRACE) -> None:
        """End everything: stage by stage, main processes first, their groups when the grace is over."""
        deadline = time.monotonic() + grace
        for stage in sorted({service.stage for service in self.services}, reverse=True):
            members = [service for service in reversed(self.services) if service.stage == stage]
            for service in members:
                service.request_stop()
            self._wait_ended(members, max(deadline, time.monotonic() + LAST_GRACE))
            for service in members:
                service.kill()
        self._reap()

    def _reap(self) -> None:
        own = [service.process for service in self.services]
        reap_adopted({process.pid for process in (*own, self._errand) if process})

    def _wait_ended(self, services: list[Service], deadline: float) -> None:
        while not all(service.has_ended() for service in services):
            if time.monotonic() > deadline or self.stop_requests > 1:
                return
            time.sleep(PAUSE / 2)
