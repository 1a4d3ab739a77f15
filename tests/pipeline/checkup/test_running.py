"""Running the checks so that none can harm the others."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connection
from pytest_django import Settings

from monitor.pipeline.checkup import running
from monitor.pipeline.checkup.bounds import in_time
from monitor.pipeline.checkup.findings import Check, Finding, State, bad, off, ok, unknown, warning
from monitor.pipeline.checkup.summary import summary_of
from tests.pipeline.checkup.conftest import AT

pytestmark = pytest.mark.django_db


class Looker:
    """A check that counts how often it was run."""

    def __init__(self) -> None:
        self.times: list[datetime] = []

    def __call__(self, at: datetime) -> Sequence[Finding]:
        self.times.append(at)
        return [ok("Thing", f"Looked at {len(self.times)} times.")]


def failing(error: Exception) -> Check:
    def look(at: datetime) -> Sequence[Finding]:
        raise error

    return Check(slug="thing", title="Thing", look=look)


def test_every_check_has_a_name_of_its_own() -> None:
    slugs = [check.slug for check in running.CHECKS]
    assert len(set(slugs)) == len(slugs) == 12
    assert not {"summary", "test-mail"} & set(slugs)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuntimeError("password is hush"), "(RuntimeError)"),
        (OperationalError("hush"), "The database did not answer"),
    ],
)
def test_a_check_that_fails_itself_is_an_unknown(error: Exception, words: str) -> None:
    (finding,) = running.run(failing(error), AT).findings
    assert finding.state == State.UNKNOWN
    assert words in finding.sentence
    assert "hush" not in finding.sentence + finding.remedy


def test_a_quick_check_is_always_run() -> None:
    look = Looker()
    check = Check(slug="thing", title="Thing", look=look)
    for _ in range(2):
        running.run_seldom(check, AT)
    assert len(look.times) == 2
    assert running.recall(check) is None


def test_a_slow_check_is_remembered_until_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    look = Looker()
    check = Check(slug="thing", title="Thing", look=look, is_slow=True)
    monkeypatch.setattr(running, "CHECKS", (check,))
    first, second = (running.run_seldom(check, AT + timedelta(seconds=n)) for n in (0, 9))
    assert first == second
    assert running.recall(check) == first
    running.forget()
    assert running.recall(check) is None
    assert running.run_seldom(check, AT).findings[0].sentence == "Looked at 2 times."


def test_what_another_machine_found_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    check = Check(slug="thing", title="Thing", look=Looker(), is_slow=True)
    running.run_seldom(check, AT)
    monkeypatch.setattr(running, "MACHINE", "another")
    assert running.recall(check) is None


def test_it_shows_no_secret_whatever_is_set(settings: Settings) -> None:
    settings.SECRET_KEY = "hush-" * 12
    settings.DATAFORSEO = {**settings.DATAFORSEO, "password": "hush-hush"}
    said = [finding for check in running.CHECKS for finding in running.run(check, AT).findings]
    assert len(said) > 15
    assert not [finding for finding in said if "hush" in finding.sentence + finding.remedy]


@pytest.mark.django_db(transaction=True)
def test_a_statement_has_its_time() -> None:
    with pytest.raises(OperationalError, match="timeout"), in_time(timedelta(milliseconds=20)) as cursor:
        cursor.execute("SELECT pg_sleep(5)")
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.parametrize(
    ("findings", "sentence"),
    [
        ([ok("a", "")], "Nothing is off."),
        ([off("a", "")], "Nothing is off."),
        ([unknown("a", "")], "Nothing is off. 1 thing could not be found out."),
        ([bad("a", "", "")], "1 thing is off."),
        ([warning("a", "", "")], "1 thing needs a look."),
        ([bad("a", "", ""), bad("b", "", ""), warning("c", "", "")], "2 things are off and 1 needs a look."),
        (
            [warning("a", "", "")] * 2 + [unknown("b", "")] * 2,
            "2 things need a look. 2 things could not be found out.",
        ),
    ],
)
def test_it_sums_up(findings: list[Finding], sentence: str) -> None:
    report = running.run(Check(slug="thing", title="Thing", look=lambda at: findings), AT)
    summary = summary_of([report])
    assert summary.sentence == sentence
    assert [slug for slug, _ in summary.bad] == ["thing"] * sum(f.state == State.BAD for f in findings)
