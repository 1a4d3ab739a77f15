"""`manage.py reparse`: answers that were collected long ago are read anew, for free and silently."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from monitor.pipeline.rereading import Reread, reread
from monitor.pipeline.rereading.revising import Revision, revisable

WHICH = "Say which answers: --since 2026-11-01, or --search 12."


class Command(BaseCommand):
    """Read the bodies with the parser of today, and put right whatever differs; nobody is told."""

    help = (
        "Reads collected answers anew, after the reading of answers was improved. Uses the kept bodies, or fetches "
        "Google's answers of the last 30 days again, which is free. Sends no mail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, help="answers since this day (UTC)")
        parser.add_argument(
            "--search", type=int, action="append", default=[], help="only this search, by its id"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would change, and change nothing"
        )

    def handle(self, **options: Any) -> None:
        ids = self._ids(options["since"], options["search"])
        n_changed, failures = 0, []
        for outcome in reread(ids, timezone.now(), is_trial=options["dry_run"]):
            if outcome.revision is None:
                failures.append(outcome)
            elif outcome.revision.is_change:
                n_changed += 1
                self.stdout.write(f"Search {outcome.search}: {_words(outcome.revision)}")
        for failure in failures:
            self.stdout.write(f"Search {failure.search}: {failure.why_not}")
        self.stdout.write(self._summary(len(ids), n_changed, failures, is_trial=options["dry_run"]))

    def _ids(self, since: date | None, searches: list[int]) -> list[int]:
        if since is None and not searches:
            raise CommandError(WHICH)
        if since is None:
            return searches
        start = datetime.combine(since, time(), UTC)
        found = revisable().filter(ended_at__gte=start).order_by("ended_at", "pk")
        return list((found.filter(pk__in=searches) if searches else found).values_list("pk", flat=True))

    def _summary(self, n: int, n_changed: int, failures: list[Reread], *, is_trial: bool) -> str:
        verb = "would be changed" if is_trial else "changed"
        return f"{n - len(failures)} of {n} answers read anew, {n_changed} {verb}."


def _words(revision: Revision) -> str:
    return ", ".join(_parts(revision)) or "its ranks differ"


def _parts(revision: Revision) -> Iterator[str]:
    counts = {
        "more": revision.appeared,
        "fewer": revision.vanished,
        "at another rank": revision.moved,
        "with other words": revision.reworded,
    }
    yield from (f"{n} {'page' if n == 1 else 'pages'} {what}" for what, n in counts.items() if n)
    if revision.others:
        yield f"changes of {revision.others} other {'answer' if revision.others == 1 else 'answers'} put right"
