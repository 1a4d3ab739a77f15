"""`manage.py demo`: makes the demo workspace from simulated searches, as the first start does, or takes it away."""

from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from monitor.embedded.ports import listens
from monitor.management.demo import brand, making
from monitor.pipeline.pruning import demos


class Command(BaseCommand):
    help = (
        "Makes the demo workspace anew, with a past of 24 simulated runs, while `make up` runs with its simulator; "
        "with --remove takes it away for good."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-missing", action="store_true", help="leave a complete demo as it is")
        parser.add_argument("--remove", action="store_true", help="remove it; no start makes it anew")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"]:
            self._remove()
            return
        # Its own processes get the address and the password from `up`; by hand they are found in the data folder.
        settings.SIMULATOR_URL = settings.SIMULATOR_URL or _running_simulator()
        password = settings.DEMO_PASSWORD or _noted("demo-password")
        if not settings.DEMO_ALLOWED or not settings.SIMULATOR_URL:
            raise CommandError(
                "The demo needs the simulator, and an app that only this machine reaches: start it with `make up`."
            )
        if not password:
            raise CommandError("Set DEMO_PASSWORD to the password that the demo account shall have.")
        if options["if_missing"] and making.exists():
            making.let_in(password)
        else:
            figures = making.make(password)
            self.stdout.write(f"The demo is made. Sign in as {brand.EMAIL}.\n{figures}")

    def _remove(self) -> None:
        is_there = demos.remove(timezone.now())
        making.remove()
        self.stdout.write("The demo is removed." if is_there else "There is no demo to remove.")


def _running_simulator() -> str:
    """The address of the simulator that `up` keeps on this machine; empty when none runs."""
    port = _noted("simulator-port")
    return f"http://127.0.0.1:{port}" if port.isdecimal() and listens("127.0.0.1", int(port)) else ""


def _noted(name: str) -> str:
    """What `up` wrote down in the data folder."""
    with suppress(OSError):
        return str((settings.ENV.data_dir / name).read_text(encoding="utf-8")).strip()
    return ""
