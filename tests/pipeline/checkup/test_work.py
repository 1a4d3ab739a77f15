"""Whether anybody works, and keeps up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from monitor.models import Search, WorkerNode
from monitor.pipeline.checkup import work
from monitor.pipeline.checkup.findings import State
from tests.factories import make_search, make_target
from tests.pipeline.checkup.conftest import AT, states

pytestmark = pytest.mark.django_db


def test_an_idle_cluster_is_fine() -> None:
    WorkerNode.objects.create(name="here", pid=1)
    assert states(work.check(AT)) == {work.WORKERS: State.OK, work.LAG: State.OK}


def test_nobody_at_work_is_bad() -> None:
    finding = work.check(AT)[0]
    assert finding.state == State.BAD
    assert "None was ever seen" in finding.sentence


def test_it_says_when_the_last_worker_was_seen() -> None:
    seen = timezone.now() - timedelta(minutes=5)
    WorkerNode.objects.create(name="here", pid=1, seen_at=seen)
    finding = work.check(AT)[0]
    assert finding.state == State.BAD
    assert f"{seen:%H:%M} UTC" in finding.sentence


@pytest.mark.parametrize(
    ("late", "state", "words"),
    [
        (timedelta(seconds=30), State.OK, "seconds"),
        (timedelta(minutes=4), State.WARNING, "4 minutes"),
        (timedelta(minutes=9), State.WARNING, "9 minutes"),
        (timedelta(minutes=10), State.BAD, "10 minutes"),
        (timedelta(hours=5), State.BAD, "5 hours"),
    ],
)
def test_it_judges_how_late_the_oldest_search_is(late: timedelta, state: State, words: str) -> None:
    make_search(make_target(), not_before=timezone.now() - late)
    finding = work.check(AT)[1]
    assert (finding.name, finding.state) == (work.LAG, state)
    assert words in finding.sentence


def test_searches_on_hold_need_a_look() -> None:
    make_search(make_target(provider="yandex"), state=Search.State.HELD)
    finding = work.check(AT)[2]
    assert (finding.name, finding.state) == (work.HOLDS, State.WARNING)
    assert "1 for Yandex" in finding.sentence
