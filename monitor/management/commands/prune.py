"""`manage.py prune`: removes at once what the workers otherwise remove once a day."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from monitor.pipeline.pruning import prune


class Command(BaseCommand):
    """Remove everything whose time is over."""

    help = (
        "Removes kept answers after 90 days, deleted workspaces after 30 days with all their rows and files, found "
        "pictures that no result shows any more, and old rows of the queue. The workers do the same once a day."
    )

    def handle(self, **options: Any) -> None:
        removed = {name: n for name, n in prune(timezone.now()).removed.items() if n}
        for name, n in removed.items():
            self.stdout.write(f"Removed {n} {name}.")
        if not removed:
            self.stdout.write("There was nothing to remove.")
