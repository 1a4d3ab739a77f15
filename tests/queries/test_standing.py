"""Where a match stands now: ranks, what changed since the run before, how long it is missing."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.models import Match, Provider, SearchTarget, WatchedImage
from monitor.pipeline.ingesting import ingest
from monitor.providers.base import Answer
from monitor.queries.standing import Standing, standings
from monitor.queries.timeline import latest
from tests.factories import an_answer, an_item, make_image, make_search, make_target

pytestmark = pytest.mark.django_db
START = datetime(2026, 9, 7, 5, tzinfo=UTC)
A, B, C = (f"https://{name}.example/p" for name in "abc")


def take(target: SearchTarget, *pages: str) -> None:
    """The next answer, a week after the one before."""
    take_answer(target, an_answer(*pages))


def take_answer(target: SearchTarget, answer: Answer) -> None:
    at = START + timedelta(weeks=target.searches.count())
    search = make_search(target)
    for _ in range(2):
        ingest(search.pk, [answer], at)


def standing(image: WatchedImage, page: str) -> Standing:
    return standings(latest(image))[Match.objects.get(page_url=page).pk]


def places(image: WatchedImage, page: str) -> list[tuple[str, int, int | None]]:
    return [(place.engine, place.rank, place.up) for place in standing(image, page).places]


def test_a_rank_is_held_against_the_run_before() -> None:
    target = make_target()
    take(target, A, B)
    take(target, B, C, A)
    image = target.watched_image
    assert places(image, A) == [("google", 3, -2)]
    assert places(image, B) == [("google", 1, 1)]
    assert places(image, C) == [("google", 2, None)]


def test_google_stands_before_yandex() -> None:
    image = make_image()
    take(make_target(image, Provider.YANDEX), B, A)
    take(make_target(image), A)
    assert places(image, A) == [("google", 1, None), ("yandex", 2, None)]
    assert standing(image, A).places[1].short == "Y 2"


def test_the_better_of_two_markets_counts() -> None:
    image = make_image()
    take(make_target(image, location_code=2276), B, A)
    take(make_target(image, location_code=2250), A, B)
    assert places(image, A) == [("google", 1, None)]


def test_missing_is_counted_until_it_is_gone() -> None:
    target = make_target()
    take(target, A, B, C)
    take(target, A, C)
    assert standing(target.watched_image, B).missing == "missing 1 of 2"
    assert not standing(target.watched_image, B).places


def test_a_full_list_is_full_though_its_last_item_is_of_a_page_that_stands_higher() -> None:
    target = make_target(provider=Provider.YANDEX)
    others = [f"https://other.example/{n}" for n in range(target.depth - 1)]
    take(target, *others, B)
    again = an_item(others[0], target.depth, title="Another picture on it")
    for _ in range(2):
        take_answer(target, Answer(items=[*an_answer(*others).items, again]))
    assert Match.objects.get(page_url=B).gone_at is None
    assert standing(target.watched_image, B).missing == "missing 2 of 8"


def test_present_on_one_engine_is_not_missing() -> None:
    image = make_image()
    google, yandex = make_target(image), make_target(image, Provider.YANDEX)
    take(google, A, B)
    take(google, A)
    take(yandex, B)
    assert standing(image, B).missing == ""
    assert places(image, B) == [("yandex", 1, None)]


def test_an_unfinished_answer_changes_nothing() -> None:
    target = make_target()
    take(target, A, B)
    make_search(target, state="failed")
    assert places(target.watched_image, A) == [("google", 1, None)]


def test_a_target_at_rest_has_no_say() -> None:
    target = make_target()
    take(target, A)
    SearchTarget.objects.update(is_active=False)
    assert standings(latest(target.watched_image)) == {}
