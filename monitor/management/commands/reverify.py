"""`manage.py reverify`: what was found is judged anew by the method of today, from the stored copies."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Workspace
from monitor.pipeline.verifying import Pace, rejudging


class Command(BaseCommand):
    """Fetches nothing and tells nobody; may be stopped at any time, and goes on where it was."""

    help = (
        "Judges all that was found anew, after the method of judging was improved. It looks at the stored copies, "
        "fetches nothing and sends no mail. Stopped and started again, it goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", type=int, help="only this one, by its id")
        parser.add_argument(
            "--at-once", type=int, default=1, help="how many looks at once (default: %(default)s)"
        )

    def handle(self, **options: Any) -> None:
        workspace = options["workspace"]
        if workspace is not None and not Workspace.objects.filter(pk=workspace).exists():
            raise CommandError(f"There is no workspace {workspace}.")
        total = rejudging.outdated(workspace).count()
        changed = done = 0
        for progress in rejudging.rejudge(workspace, Pace(at_once=max(1, options["at_once"]), share=1.0)):
            done, changed = done + progress.judged, changed + progress.changed
            self.stdout.write(f"{done} of {total} matches judged anew, {changed} called something else.")
        if not total:
            self.stdout.write("Everything was judged by the method of today already.")
