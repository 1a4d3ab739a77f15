"""A program that is kept running."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from monitor.embedded.errors import EmbeddedError
from monitor.embedded.processes import kill_all, kill_group, marked

FIRST_DELAY, LONGEST_DELAY, HEALTHY_LIFE = 1.0, 30.0, 60.0


@dataclass(kw_only=True)
class Service:
    """One child: how to launch it, and what became of it.

    `mark` finds what its main process left behind outside its group; `failures` counts the ends without a healthy
    life in between. Times are of the monotonic clock. A process that runs already may be handed in.
    """

    name: str
    launch: Callable[[], subprocess.Popen[bytes]]
    say: Callable[[str], None]
    log: Path | None = None
    mark: str = ""
    stage: int = 0
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    due_at: float = 0.0

    def tend(self) -> None:
        """Start the child when it is due; clean up after one that ended, whatever its exit code."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due_at:
                self._start(now)
        elif self.process.poll() is not None:
            self._bury(self.process, now)

    def request_stop(self) -> None:
        """Ask the main process, and only it, to end."""
        if self.process and self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, self.stop_signal)

    def has_ended(self) -> bool:
        """The main process is gone or was never there."""
        return self.process is None or self.process.poll() is not None

    def kill(self) -> None:
        """End at once whatever is left of the child and its offspring."""
        if self.process:
            kill_group(self.process.pid)
            self.process.wait()
        if self.mark:
            kill_all(marked(self.mark))

    def _start(self, now: float) -> None:
        self.started_at = now
        try:
            self.process = self.launch()
        except (EmbeddedError, OSError) as error:
            self._retry_later(now, f"cannot start ({error})")

    def _bury(self, process: subprocess.Popen[bytes], now: float) -> None:
        self.kill()
        self.process = None
        if now - self.started_at > HEALTHY_LIFE:
            self.failures = 0
        self._retry_later(now, _how_it_ended(process.returncode))

    def _retry_later(self, now: float, reason: str) -> None:
        place = f" (see {self.log})" if self.log else ""
        delay = min(FIRST_DELAY * 2**self.failures, LONGEST_DELAY)
        self.say(f"{self.name} {reason}{place}; it is started again in {delay:.0f} s.")
        self.due_at = now + delay
        self.failures += 1


def _how_it_ended(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
