"""`manage.py export_labels DIR`: what people decided, as labelled pairs of pictures that a benchmark reads."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Workspace
from monitor.management import labels
from monitor.models import Match


class Command(BaseCommand):
    """Write the folder; nothing of ours is changed."""

    help = (
        "Writes the matches that people allowed, flagged or called not ours as a folder of labelled pictures, so "
        "that thresholds can be checked on real results. The demo is left out unless its workspace is named."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="a folder that is new or empty")
        parser.add_argument(
            "--workspace", type=int, action="append", default=[], help="only this workspace, by its id"
        )

    def handle(self, **options: Any) -> None:
        folder: Path = options["folder"]
        workspaces = _workspaces(options["workspace"])
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise CommandError(
                f"{folder} is not empty. Name a new folder, so that nothing in it is mixed up."
            )
        counts = labels.export(Match.objects.filter(workspace__in=workspaces), folder)
        parts = ", ".join(f"{counts[truth]} {truth}" for truth in sorted(counts))
        self.stdout.write(
            f"{counts.total()} pairs in {folder}: {parts}."
            if counts
            else "Nobody has decided about a match with a picture yet: there is nothing to write but the columns."
        )


def _workspaces(ids: Sequence[int]) -> Sequence[int]:
    """Those named, or all but the demo; those marked as deleted never."""
    live = Workspace.objects.live()
    chosen = live.filter(pk__in=ids) if ids else live.filter(is_demo=False)
    found = list(chosen.values_list("pk", flat=True))
    if missing := set(ids).difference(found):
        raise CommandError(f"There is no workspace {min(missing)}.")
    return found
