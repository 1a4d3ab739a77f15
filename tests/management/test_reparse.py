"""`manage.py reparse` in words."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from monitor.models import Run, Search
from monitor.pipeline import answers, rereading
from monitor.pipeline.ingesting import ingest
from tests.factories import an_answer, make_search, make_target
from tests.pipeline.ingesting.test_ingesting import A, B

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)


def said(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("reparse", *arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> Search:
    """One whose answer would be read otherwise today."""
    search = make_search(make_target())
    ingest(search.pk, [an_answer(A)], NOW)
    Run.objects.update(told_at=NOW)
    monkeypatch.setattr(answers, "parsed", lambda tasks: [an_answer(B, A)])
    return search


def test_it_tells_what_it_changed(search: Search) -> None:
    day = (NOW - timedelta(days=1)).date().isoformat()
    assert said("--since", day) == [
        f"Search {search.pk}: 1 page more, 1 page at another rank",
        "1 of 1 answers read anew, 1 changed.",
    ]
    assert said("--since", day)[-1] == "1 of 1 answers read anew, 0 changed."


def test_a_dry_run_changes_nothing(search: Search) -> None:
    for _ in range(2):
        assert (
            said("--search", str(search.pk), "--dry-run")[-1]
            == "1 of 1 answers read anew, 1 would be changed."
        )
    search.refresh_from_db()
    assert search.n_items == 1


def test_what_cannot_be_read_is_named(search: Search) -> None:
    assert said("--search", "0") == [f"Search 0: {rereading.NOT_NOW}", "0 of 1 answers read anew, 0 changed."]


def test_only_answers_since_that_day_are_read(search: Search) -> None:
    day = (NOW + timedelta(days=1)).date().isoformat()
    assert said("--since", day) == ["0 of 0 answers read anew, 0 changed."]


def test_it_wants_to_know_which() -> None:
    with pytest.raises(CommandError, match="Say which answers"):
        call_command("reparse")
