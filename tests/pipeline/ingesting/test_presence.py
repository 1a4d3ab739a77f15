"""Presence in the odd cases: partial sightings, targets that rest, full lists."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.models import Match, Provider, Search, SearchTarget
from monitor.pipeline import planning
from monitor.pipeline.ingesting import ingest
from monitor.providers.base import Answer
from tests.factories import an_answer, an_item, make_image, make_market, make_search, make_target

pytestmark = pytest.mark.django_db
START = datetime(2026, 9, 7, 5, tzinfo=UTC)
A, B, C, D = (f"https://{name}.example.com/page" for name in "abcd")


def at(days: float) -> datetime:
    return START + timedelta(days=days)


def take(target: SearchTarget, days: float, answer: Answer) -> Search:
    search = make_search(target)
    ingest(search.pk, [answer], at(days))
    search.refresh_from_db()
    return search


def gone() -> set[str]:
    return set(Match.objects.exclude(gone_at=None).values_list("page_url", flat=True))


def test_a_match_that_only_a_partial_answer_held_can_go_too() -> None:
    target = make_target()
    take(target, 0, an_answer(A, B))
    take(target, 3, an_answer(A, B, C, is_partial=True))
    take(target, 6, an_answer(A, B))
    assert gone() == set()
    take(target, 9, an_answer(A, B))
    match = Match.objects.get(page_url=C)
    assert (match.gone_at, match.last_seen_at) == (at(6), at(3))


def test_a_match_goes_when_the_last_target_that_still_had_it_rests() -> None:
    image = make_image()
    google, yandex = make_target(image), make_target(image, Provider.YANDEX)
    take(google, 0, an_answer(A, B))
    take(yandex, 0, an_answer(A, B))
    for day in range(12):
        take(google, 3 * (day + 1), an_answer(A))
        take(yandex, 3 * (day + 1), an_answer(A, B))
    SearchTarget.objects.filter(pk=yandex.pk).update(is_active=False)
    take(google, 60, an_answer(A))
    assert gone() == {B}


def test_an_answer_that_comes_after_its_market_was_removed_judges_nothing() -> None:
    image = make_image()
    target = make_target(image)
    take(target, 0, an_answer(A, B, C))
    take(target, 3, an_answer(A, B))
    late = make_search(target)
    planning.sync_targets(image.collection, at(4))
    ingest(late.pk, [an_answer(A, B, D)], at(6))
    assert gone() == set()
    assert set(Match.objects.filter(unwatched_at=None)) == set()


def test_what_a_partial_answer_of_a_new_market_holds_is_watched() -> None:
    image = make_image()
    take(make_target(image), 0, an_answer(A))
    make_market(image.collection, Provider.YANDEX, pages=2)
    planning.sync_targets(image.collection, at(1))
    assert Match.objects.filter(unwatched_at=None).count() == 0
    take(SearchTarget.objects.get(is_active=True), 2, an_answer(A, is_partial=True))
    assert Match.objects.filter(unwatched_at=None).count() == 1


def test_a_full_list_may_end_with_a_page_that_stands_higher_too() -> None:
    """40 results on one page, the last of them on the first one's page: full all the same."""
    target = make_target(None, Provider.YANDEX, pages=1)
    urls = [f"https://s{n}.example.com/" for n in range(1, 40)]
    again = an_item(urls[0], 40, title="Once more")
    whole = Answer(items=[*(an_item(url, n) for n, url in enumerate(urls, 1)), again])
    take(target, 0, whole)
    other = [*urls[:-1], "https://other.example.com/"]
    full = Answer(items=[*(an_item(url, n) for n, url in enumerate(other, 1)), again])
    take(target, 3, full)
    take(target, 6, full)
    assert gone() == set()
