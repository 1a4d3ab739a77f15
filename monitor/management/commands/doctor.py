"""`manage.py doctor`: what of this installation is off, what it means, and what to do."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils import timezone

from monitor.pipeline.checkup import mail, running
from monitor.pipeline.checkup.findings import Check, Finding, Report, State
from monitor.pipeline.checkup.summary import summary_of

TEST_MAIL = "test-mail"
SIGNS = {State.OK: "ok", State.WARNING: "look", State.BAD: "OFF", State.UNKNOWN: "?", State.OFF: "-"}
INDENT = " " * 7
CONNECT_SECONDS = 3


class Command(BaseCommand):
    """Runs every check; each is bounded, and one that fails itself does not keep the others from being run."""

    help = (
        "Checks this installation: public address, proxy, providers, mail, database, workers, disk, clock and "
        "more, and says what to do. Ends with 1 when something is off."
    )
    # A check of our own tells in words what they would stop at.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mail", metavar="ADDRESS", help="also send one test mail to this address")
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        # A server that swallows packets would otherwise be waited for much longer, by each check anew.
        connection.settings_dict["OPTIONS"].setdefault("connect_timeout", CONNECT_SECONDS)
        reports = []
        for check in _checks(options["mail"] or ""):
            reports.append(running.run(check, timezone.now()))
            if not options["json"]:
                self._print(reports[-1])
        summary = summary_of(reports)
        self.stdout.write(_as_json(reports) if options["json"] else f"\n{summary.sentence}")
        if summary.is_bad:
            sys.exit(1)

    def _print(self, report: Report) -> None:
        """One part, as soon as it is known."""
        self.stdout.write(f"\n{report.check.title}")
        for finding in report.findings:
            self.stdout.write(f"  {SIGNS[finding.state]:<5}{finding.name}: {finding.sentence}")
            if finding.remedy:
                self.stdout.write(f"{INDENT}{finding.remedy}")
        self.stdout.flush()


def _checks(address: str) -> Sequence[Check]:
    """All of them, and the sending of a mail when an address is given."""
    if not address:
        return running.CHECKS

    def send(at: Any) -> Sequence[Finding]:
        return [mail.send(address, at)]

    return [*running.CHECKS, Check(slug=TEST_MAIL, title="Test mail", look=send)]


def _as_json(reports: Sequence[Report]) -> str:
    rows = [
        {"check": report.check.slug, **asdict(finding)} for report in reports for finding in report.findings
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False)
