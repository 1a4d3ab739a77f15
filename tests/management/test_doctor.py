"""`manage.py doctor`."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from pytest_django import Settings

from monitor.env import EmailServer
from monitor.pipeline.checkup import running
from monitor.pipeline.checkup.findings import Check, Finding, bad, ok, warning

pytestmark = pytest.mark.django_db
GOOD, POOR, OFF = (
    ok("Room", "There is room."),
    warning("Mail", "None.", "Set EMAIL_URL."),
    bad("Key", "None.", "Set it."),
)


def doctor(*args: str) -> tuple[str, int]:
    """What it prints, and its exit code."""
    out, code = StringIO(), 0
    try:
        call_command("doctor", *args, stdout=out)
    except SystemExit as end:
        code = int(end.code or 0)
    return out.getvalue(), code


@pytest.fixture
def findings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Finding]]:
    """What the only check finds."""
    found: list[Finding] = []

    def look(at: datetime) -> Sequence[Finding]:
        return found

    monkeypatch.setattr(running, "CHECKS", (Check(slug="all", title="All of it", look=look),))
    yield found


def test_it_prints_findings_with_what_to_do(findings: list[Finding]) -> None:
    findings += [GOOD, POOR]
    printed, code = doctor()
    assert code == 0
    assert printed == (
        "\nAll of it\n  ok   Room: There is room.\n"
        "  look Mail: None.\n       Set EMAIL_URL.\n\n1 thing needs a look.\n"
    )


def test_it_ends_with_1_when_something_is_off(findings: list[Finding]) -> None:
    findings += [GOOD, OFF]
    printed, code = doctor()
    assert code == 1
    assert printed.endswith("\n1 thing is off.\n")


def test_it_prints_json(findings: list[Finding]) -> None:
    findings += [OFF]
    printed, code = doctor("--json")
    assert code == 1
    rows: list[dict[str, Any]] = json.loads(printed)
    assert rows == [{"check": "all", "name": "Key", "state": "bad", "sentence": "None.", "remedy": "Set it."}]


def test_it_sends_a_mail_on_request(findings: list[Finding], settings: Settings) -> None:
    settings.EMAIL_CONFIG = EmailServer(
        host="mail.example", port=25, user="", password="", starttls=False, ssl=False, sender="w@shop-a.com"
    )
    printed, code = doctor("--mail", "olga@example.com")
    assert code == 0
    assert "took a test mail to olga@example.com" in printed
    assert [message.to for message in outbox.outbox] == [["olga@example.com"]]


def test_a_mail_that_cannot_be_sent_is_off(findings: list[Finding], settings: Settings) -> None:
    settings.EMAIL_CONFIG = None
    printed, code = doctor("--mail", "olga@example.com")
    assert code == 1
    assert "OFF  Test mail: No mail server is set up" in printed


def test_all_checks_run_here() -> None:
    printed, _ = doctor()
    assert all(check.title in printed for check in running.CHECKS)
    assert "failed itself" not in printed
