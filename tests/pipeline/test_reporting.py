"""What the provider says of itself: asked for rarely, kept for the pages, and of use to what waits."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from monitor.models import CallCount, Provider, ProviderTask, RateBucket, Search
from monitor.pipeline import engines, hints, reporting
from monitor.pipeline.engines import Account, circuit, holds
from monitor.providers.base import ProviderError, Unavailable
from monitor.providers.dataforseo.facts import ServiceStatus
from monitor.providers.dataforseo.rows import FailedCall
from monitor.queries import reports
from tests.factories import make_search, make_target, make_task, make_workspace

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GOOGLE = Account(provider=Provider.DATAFORSEO, is_simulated=False)


class Desk:
    """DataForSEO as far as it speaks of itself."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.told = ServiceStatus()
        self.failed: list[FailedCall] = []
        self.pages = 1
        self.resent: list[str] = []
        self.error: ProviderError | None = None

    def status(self) -> ServiceStatus:
        self._hear("status")
        return self.told

    def errors(self, since: datetime, until: datetime, pages: Iterable[int]) -> Iterator[FailedCall]:
        assert until - since == timedelta(days=1)
        turns = iter(pages)
        for number in range(self.pages):
            if next(turns, None) is None:
                return
            self._hear("errors")
            if number == 0:
                yield from self.failed

    def resend(self, remote_ids: Sequence[str]) -> int:
        self._hear("webhook_resend")
        self.resent += remote_ids
        return len(remote_ids)

    def _hear(self, call: str) -> None:
        self.asked.append(call)
        if self.error:
            raise self.error


@pytest.fixture
def desk(accounts: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(engines, "dataforseo", lambda *, is_simulated: desk)
    return desk


def waiting(minutes: int, **fields: Any) -> Search:
    """A search that the provider took so many minutes ago."""
    asked_at = NOW - minutes * MINUTE
    search = make_search(make_target(), state=Search.State.WAITING, asked_at=asked_at, **fields)
    make_task(search, state=ProviderTask.State.ACCEPTED, remote_id=f"task-{search.pk}", posted_at=asked_at)
    return search


def failed(remote_id: str = "x", at: datetime = NOW - MINUTE, **fields: Any) -> FailedCall:
    values = {"function": "pingback_url", "code": 50000, "told": "https://us.example/hooks/secret", "url": "",
              "status": 502, "seconds": Decimal(0)}  # fmt: skip
    return FailedCall(remote_id=remote_id, at=at, **{**values, **fields})


@pytest.mark.parametrize(
    ("minutes", "priority", "is_asked"),
    [(44, "normal", False), (46, "normal", True), (14, "high", False), (16, "high", True)],
)
def test_it_is_asked_how_it_does_only_while_a_search_is_late(
    desk: Desk, minutes: int, priority: str, is_asked: bool
) -> None:
    waiting(minutes, priority=priority)
    reporting.ask_status(NOW)
    assert desk.asked == ["status"] * is_asked
    assert (reports.status_of(GOOGLE.name) is not None) == is_asked


def test_what_it_says_is_kept_in_its_words(desk: Desk) -> None:
    waiting(60)
    desk.told = ServiceStatus(state="long_execution_time", endpoints={"task_get": "long_execution_time"})
    reporting.ask_status(NOW)
    status = reports.status_of(GOOGLE.name)
    assert status
    assert (status.at, status.sentence) == (NOW, "DataForSEO reports trouble: long execution time.")
    assert CallCount.objects.get().call == "status"


def test_it_is_not_asked_again_for_ten_minutes(desk: Desk) -> None:
    waiting(60)
    reporting.ask_status(NOW)
    reporting.ask_status(NOW + MINUTE)
    assert desk.asked == ["status"]
    status = reports.status_of(GOOGLE.name)
    assert status and status.sentence == "DataForSEO reports no trouble."


def test_no_answer_is_none(desk: Desk) -> None:
    waiting(60)
    desk.error = Unavailable("DataForSEO does not answer.")
    reporting.ask_status(NOW)
    assert reports.status_of(GOOGLE.name) is None


def test_the_errors_of_a_day_are_kept_by_kind(desk: Desk) -> None:
    task: dict[str, Any] = {"function": "task_get/advanced", "code": 40103, "told": "Task execution failed."}
    desk.failed = [failed(**task), failed(**task), failed(), failed(status=0)]
    reporting.read_errors(NOW)
    errors = reports.errors_of(GOOGLE.name)
    assert errors and errors.is_whole
    assert [(one.what, one.code, one.told, one.n) for one in errors.failed] == [
        ("task_get/advanced", 40103, "Task execution failed.", 2),
        ("Webhook", 50000, "Our side answered 502.", 1),
        ("Webhook", 50000, "Our side did not answer.", 1),
    ]


def test_they_are_read_once_a_day(desk: Desk) -> None:
    reporting.read_errors(NOW)
    reporting.read_errors(NOW + timedelta(hours=23))
    assert desk.asked == ["errors"]
    reporting.read_errors(NOW + timedelta(hours=24))
    assert desk.asked == ["errors", "errors"]


def test_a_reading_that_failed_is_tried_again(desk: Desk) -> None:
    desk.error = Unavailable("DataForSEO does not answer.")
    reporting.read_errors(NOW)
    desk.error = None
    reporting.read_errors(NOW + MINUTE)
    assert desk.asked == ["errors", "errors"]
    assert reports.errors_of(GOOGLE.name)


def test_each_page_is_a_call_and_the_rest_is_left_out(desk: Desk) -> None:
    desk.failed, desk.pages = [failed()], 9
    reporting.read_errors(NOW)
    errors = reports.errors_of(GOOGLE.name)
    assert errors and not errors.is_whole
    assert len(desk.asked) == 4


def test_failed_webhooks_of_open_tasks_are_sent_once_more(desk: Desk) -> None:
    search, done = waiting(20), waiting(20)
    ProviderTask.objects.filter(search=done).update(state=ProviderTask.State.COLLECTED)
    theirs = failed("somebody-elses")
    desk.failed = [failed(f"task-{search.pk}"), failed(f"task-{done.pk}"), theirs]
    reporting.read_errors(NOW)
    assert desk.resent == [f"task-{search.pk}"]


def test_while_hooks_are_awaited_it_looks_each_quarter_of_an_hour(desk: Desk, settings: Settings) -> None:
    search = waiting(20)
    reporting.read_errors(NOW)
    late = NOW + 15 * MINUTE
    desk.failed = [failed(f"task-{search.pk}", NOW - MINUTE), failed(f"task-{search.pk}", late - MINUTE)]
    RateBucket.objects.all().delete()
    settings.PUBLIC_URL = ""
    reporting.read_errors(late)
    assert desk.asked == ["errors"]  # nobody sends any
    settings.PUBLIC_URL = "https://whereabouts.example.com"
    reporting.read_errors(late)
    assert desk.asked == ["errors", "errors", "webhook_resend"]
    assert desk.resent == [f"task-{search.pk}"]


def test_a_failure_that_was_known_is_not_sent_again(desk: Desk) -> None:
    search = waiting(20)
    desk.failed = [failed(f"task-{search.pk}")]
    reporting.read_errors(NOW)
    RateBucket.objects.all().delete()
    reporting.read_errors(NOW + 15 * MINUTE)
    assert len(desk.resent) == 1


def test_an_account_in_trouble_is_left_alone(desk: Desk) -> None:
    for _ in range(circuit.FAILURES_ALLOWED):
        holds.heed(GOOGLE, Unavailable("It does not answer."), NOW)
    reporting.read_errors(NOW)
    assert desk.asked == []


def test_a_demo_is_asked_about_its_own(desk: Desk, settings: Settings) -> None:
    settings.HAS_DATAFORSEO, settings.SIMULATOR_URL = False, "http://127.0.0.1:1"
    waiting(60)
    reporting.ask_status(NOW)
    assert desk.asked == []
    workspace = make_workspace(is_demo=True)
    Search.objects.update(asked_at=NOW - 60 * MINUTE)
    for search in Search.objects.select_related("watched_image"):
        type(search.watched_image).objects.filter(pk=search.watched_image_id).update(workspace=workspace)
    reporting.ask_status(NOW)
    assert desk.asked == ["status"]
    assert hints.pingback_address(is_simulated=True)
