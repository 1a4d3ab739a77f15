"""`manage.py simulator`: both providers on this machine, with simulated data."""

import signal
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from monitor import simulator
from monitor.simulator.server import serve

STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT}


class Command(BaseCommand):
    """Serve until somebody stops us."""

    help = "Serves simulated providers on 127.0.0.1; make up starts this without credentials."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = simulator.__doc__
        parser.add_argument("--port", type=int, default=0, help="0 takes any free port.")
        parser.add_argument("--state", type=Path, help="The file that remembers; none forgets at the end.")
        parser.add_argument("--restless", action="store_true", help="Repeated searches see a day more.")

    def handle(self, *, port: int, state: Path | None, restless: bool, **options: Any) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)  # before the threads, which inherit it
        with serve(port=port, state=state, restless=restless) as server:
            self.stdout.write(f"The provider simulator runs at {server.url}/")
            self.stdout.flush()
            signal.sigwait(STOP_SIGNALS)
