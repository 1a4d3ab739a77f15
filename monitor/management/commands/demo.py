"""`manage.py demo`: makes the demo workspace from simulated searches; `up` calls it at the first start."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from monitor.management.demo import making


class Command(BaseCommand):
    help = "Makes the demo workspace with a past of 24 simulated runs. Needs a running web process and simulator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-missing", action="store_true", help="leave a complete demo as it is")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_ALLOWED or not settings.SIMULATOR_URL:
            raise CommandError(
                "The demo needs the simulator, and an app that only this machine reaches: start it with `make up`."
            )
        if not settings.DEMO_PASSWORD:
            raise CommandError("Set DEMO_PASSWORD to the password that the demo account shall have.")
        if options["if_missing"] and making.exists():
            making.let_in(settings.DEMO_PASSWORD)
        else:
            making.make(settings.DEMO_PASSWORD)
