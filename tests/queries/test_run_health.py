"""How well the engines answered."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from monitor.models import Provider, Search, SearchTarget
from monitor.queries.run_health import run_health
from tests.factories import make_collection, make_image, make_run, make_search, make_target, make_workspace

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
State = Search.State


@pytest.fixture
def target(db: None) -> SearchTarget:
    return make_target(make_image(make_collection(make_workspace())), Provider.YANDEX)


def search(target: SearchTarget, days: float, state: str, error: str = "") -> Search:
    collection = target.watched_image.collection
    return make_search(target, make_run(collection, NOW - timedelta(days=days)), state=state, error=error)


def test_it_draws_fourteen_days(target: SearchTarget) -> None:
    search(target, 20, State.FAILED, "long ago")
    search(target, 3, State.DONE)
    search(target, 2, State.DONE)
    search(target, 2.1, State.PARTIAL)
    search(target, 1, State.SKIPPED, "Yandex is not set up on this installation.")
    [yandex] = run_health(target.watched_image.workspace, NOW)
    assert [day.state for day in yandex.days] == ["none"] * 10 + ["ok", "part", "fail", "none"]
    assert (yandex.key, yandex.name, yandex.n_done, yandex.n_all) == ("yandex", "Yandex", 2, 4)
    assert yandex.in_words == (
        "1 day with all searches done, 1 day with some searches not done, 1 day with no search done"
    )


def test_a_search_under_way_is_neither_done_nor_missing(target: SearchTarget) -> None:
    search(target, 1, State.DONE)
    search(target, 0, State.WAITING)
    [yandex] = run_health(target.watched_image.workspace, NOW)
    assert (yandex.n_done, yandex.n_all) == (1, 1)


def test_days_are_those_of_the_reader(target: SearchTarget) -> None:
    search(target, 0.6, State.DONE)
    with timezone.override("Asia/Tokyo"):
        [yandex] = run_health(target.watched_image.workspace, NOW)
    assert [day.day.day for day in yandex.days if day.n_all] == [16]


def test_it_names_the_newest_trouble_of_an_engine(target: SearchTarget) -> None:
    image = target.watched_image
    run = make_run(image.collection, NOW - timedelta(days=1))
    make_search(target, run, state=State.FAILED, error="It took too long.")
    other = make_target(make_image(image.collection), Provider.YANDEX)
    make_search(other, run, state=State.FAILED, error="It took too long.")
    search(target, 4, State.FAILED, "Older")
    [yandex] = run_health(image.workspace, NOW)
    assert yandex.trouble is not None
    assert (yandex.trouble.run, yandex.trouble.error) == (run, "It took too long.")
    assert vars(yandex.trouble)["n_like_it"] == 2


def test_there_is_no_trouble_while_all_is_done(target: SearchTarget) -> None:
    search(target, 1, State.DONE)
    assert [engine.trouble for engine in run_health(target.watched_image.workspace, NOW)] == [None]
