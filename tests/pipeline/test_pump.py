"""The loop: works while anything is due, waits for what is soon due, leaves the rest to the next tick."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.db.models.functions import Now

from monitor import heartbeat
from monitor.models import Nudge, Provider, Search
from monitor.pipeline import lanes, pump, ticking
from tests.factories import make_image, make_search, make_target
from tests.pipeline.conftest import Beside, Google, Pages

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_slice_takes_searches_of_both_engines_from_planned_to_done(google: Google, yandex: Pages) -> None:
    google.will_answer("https://a.example.com/")
    yandex.pages = [["https://a.example.com/", "https://b.example.com/"]]
    image = make_image()
    for provider in Provider:
        make_search(make_target(image, provider), priority=Search.Priority.HIGH)
    pump.walk_slice(seconds=10)
    pump.run_slice(seconds=10)
    assert set(Search.objects.values_list("state", flat=True)) == {"done"}
    assert set(Nudge.objects.values_list("name", flat=True)) == {"fetch", "tell"}


def test_it_does_not_wait_for_what_is_due_much_later(google: Google) -> None:
    search = make_search(make_target())
    Search.objects.filter(pk=search.pk).update(not_before=Now() + timedelta(hours=1))
    pump.run_slice(seconds=5)
    assert not Nudge.objects.exists()


def test_it_asks_for_another_slice_when_the_time_is_over_first(google: Google) -> None:
    make_search(make_target())
    pump.run_slice(seconds=0)
    assert set(Nudge.objects.values_list("name", flat=True)) == {"pump"}


def test_it_ends_when_the_cluster_is_stopping(
    google: Google, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(heartbeat.VARIABLE, str(tmp_path))
    (tmp_path / heartbeat.STOPPING).touch()
    search = make_search(make_target())
    pump.run_slice(seconds=30)
    search.refresh_from_db()
    assert search.state == "planned"


def test_no_paid_call_begins_after_the_slice(yandex: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue task is killed after 100 s, and a call that is cut off may be paid for nothing."""
    clock = [0.0]
    monkeypatch.setattr("monitor.pipeline.pump.time.monotonic", lambda: clock[0])

    def slow(request: httpx.Request) -> None:
        clock[0] += 15

    yandex.watcher = slow
    yandex.pages = [["https://a.example.com/"], ["https://b.example.com/"], ["https://c.example.com/"]]
    make_search(make_target(None, Provider.YANDEX, pages=3))
    pump.walk_slice(seconds=20)
    assert len(yandex.calls) == 2
    assert list(Search.objects.values_list("state", "attempts")) == [("planned", 0)]
    assert set(Nudge.objects.values_list("name", flat=True)) == {"walk"}


def test_a_lane_holds_one_slice_of_a_machine(yandex: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a slow engine never takes all workers."""
    monkeypatch.setattr(lanes, "TRIES", 1)
    make_search(make_target(None, Provider.YANDEX, pages=1))
    with lanes.alone("walk") as is_alone:
        assert is_alone
        second = Beside(lambda: pump.walk_slice(seconds=5))
        second.join()
        assert yandex.calls == []
        monkeypatch.setenv("WORKER_NAME", "another machine")
        Beside(lambda: pump.walk_slice(seconds=5)).join()
    assert len(yandex.calls) == 1


def test_the_tick_nudges_everything(google: Google) -> None:
    ticking.look_around(make_search(make_target()).run.scheduled_for)
    assert set(Nudge.objects.values_list("name", flat=True)) == {"pump", "walk", "fetch", "tell"}


def test_a_part_of_the_tick_that_fails_does_not_stop_the_others(
    google: Google, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[datetime] = []

    def breaks(at: datetime) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(ticking, "FIRST", (breaks, seen.append))
    monkeypatch.setattr(ticking, "THEN", (breaks, seen.append))
    now = datetime(2026, 11, 16, tzinfo=UTC)
    ticking.look_around(now)
    assert seen == [now, now]
    assert "broken" in caplog.text
