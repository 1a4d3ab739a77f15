"""`manage.py cluster`: the workers themselves, without anybody who watches them; `manage.py work` runs it."""

from typing import Any

from django.core.management.base import BaseCommand

from monitor.queue import run_cluster


class Command(BaseCommand):
    """Run the workers until stopped."""

    help = "Runs the workers without a watch. Use manage.py work instead."

    def handle(self, **options: Any) -> None:
        run_cluster()
