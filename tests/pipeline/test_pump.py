"""The loop: works while anything is due, waits for what is soon due, leaves the rest to the next tick."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.db.models.functions import Now

from monitor import heartbeat
from monitor.models import Nudge, Provider, Search
from monitor.pipeline import posting, pump
from tests.factories import make_image, make_search, make_target
from tests.pipeline.conftest import Google, Pages

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_slice_takes_searches_of_both_engines_from_planned_to_done(google: Google, yandex: Pages) -> None:
    google.will_answer("https://a.example.com/")
    yandex.pages = [["https://a.example.com/", "https://b.example.com/"]]
    image = make_image()
    for provider in Provider:
        make_search(make_target(image, provider), priority=Search.Priority.HIGH)
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
    for _ in range(2):
        make_search(make_target(None, Provider.YANDEX, pages=3))
    pump.run_slice(seconds=20)
    assert len(yandex.calls) == 2
    assert list(Search.objects.order_by("pk").values_list("state", "attempts")) == [
        ("planned", 0),
        ("planned", 0),
    ]
    assert set(Nudge.objects.values_list("name", flat=True)) == {"pump"}


def test_slow_walks_keep_no_answer_of_google_waiting(
    google: Google, yandex: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr("monitor.pipeline.pump.time.monotonic", lambda: clock[0])

    def slow(request: httpx.Request) -> None:
        clock[0] += 30

    yandex.watcher = slow
    google.will_answer("https://a.example.com/")
    image = make_image()
    asked = make_search(make_target(image), priority=Search.Priority.HIGH)
    posting.post_due(asked.run.scheduled_for)
    Search.objects.filter(pk=asked.pk).hurry()
    make_search(make_target(image, Provider.YANDEX))
    pump.run_slice(seconds=20)
    asked.refresh_from_db()
    assert asked.state == "done"


def test_the_tick_nudges_everything(google: Google) -> None:
    pump.look_around(make_search(make_target()).run.scheduled_for)
    assert set(Nudge.objects.values_list("name", flat=True)) == {"pump", "fetch", "tell"}
