"""Answers become facts: arrays, matches, presence; each in one transaction, each safe to repeat."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connections

from monitor.models import Domain, Match, Nudge, Picture, Provider, ResultItem, Search, SearchTarget
from monitor.pipeline.ingesting import ingest, statements
from monitor.providers.base import Answer
from monitor.queries.match_filters import words_filter
from tests.factories import an_answer, an_item, make_image, make_search, make_target

pytestmark = pytest.mark.django_db
START = datetime(2026, 9, 7, 5, tzinfo=UTC)
A, B, C, D = (f"https://{name}.example.com/page" for name in "abcd")


def at(days: float) -> datetime:
    return START + timedelta(days=days)


def take(target: SearchTarget, days: float, answer: Answer, *, cut_short: str = "") -> Search:
    """Plans a search and ingests an answer to it."""
    search = make_search(target)
    ingest(search.pk, [answer], at(days), cut_short=cut_short)
    search.refresh_from_db()
    return search


def pages(ids: list[int]) -> list[str]:
    urls = dict(ResultItem.objects.filter(pk__in=ids).values_list("pk", "match__page_url"))
    return [urls[pk] for pk in ids]


def test_it_keeps_the_items_in_rank_order() -> None:
    search = take(make_target(), 0, an_answer(B, A))
    assert (search.state, search.n_items, search.n_new) == ("done", 2, 2)
    assert pages(search.item_ids) == [B, A]
    assert search.rank_absolute == [1, 2]
    assert search.observed_at == at(0)


def test_the_first_complete_answer_is_known_at_start() -> None:
    target = make_target()
    take(target, 0, an_answer(A))
    take(target, 4, an_answer(A, B))
    assert dict(Match.objects.values_list("page_url", "known_at_start")) == {A: True, B: False}


def test_after_a_partial_answer_the_next_is_still_the_baseline() -> None:
    target = make_target()
    take(target, 0, an_answer(A, is_partial=True))
    take(target, 4, an_answer(A, B))
    assert set(Match.objects.values_list("known_at_start", flat=True)) == {True}


def test_repeating_changes_nothing() -> None:
    search = take(make_target(), 0, an_answer(A))
    ingest(search.pk, [an_answer(A, B)], at(1))
    search.refresh_from_db()
    assert (search.n_items, Match.objects.count(), search.observed_at) == (1, 1, at(0))


def test_the_same_page_in_other_spellings_is_one_match() -> None:
    take(
        make_target(),
        0,
        an_answer("http://www.a.example.com/page?utm_source=x#top", "https://a.example.com/page"),
    )
    assert Match.objects.count() == 1
    assert ResultItem.objects.count() == 2


def test_both_engines_share_a_match() -> None:
    image = make_image()
    take(make_target(image), 0, an_answer(A))
    search = take(make_target(image, Provider.YANDEX), 0, an_answer(A, B))
    assert Match.objects.count() == 2
    assert search.n_new == 1


def test_domains_are_registrable_ones() -> None:
    take(
        make_target(),
        0,
        an_answer("https://shop.acme.co.uk/x", "https://me.blogspot.com/y", "https://127.0.0.1/z"),
    )
    assert set(Domain.objects.values_list("name", flat=True)) == {
        "acme.co.uk",
        "me.blogspot.com",
        "127.0.0.1",
    }


def test_a_picture_is_one_row_for_all_items_that_show_it() -> None:
    items = [
        an_item(A, 1, image_url="https://cdn.example.com/x.jpg"),
        an_item(B, 2, image_url="https://cdn.example.com/x.jpg"),
    ]
    take(make_target(), 0, Answer(items=items))
    assert Picture.objects.count() == 1
    assert ResultItem.objects.exclude(picture=None).count() == 2


def test_unusable_addresses_are_left_out() -> None:
    search = take(make_target(), 0, an_answer(A, "javascript:alert(1)", "", "ftp://x.example.com/"))
    assert search.n_items == 1


def test_gone_takes_two_complete_answers() -> None:
    target = make_target()
    take(target, 0, an_answer(A, B, C))
    first_miss = take(target, 4, an_answer(A, B))
    assert first_miss.n_gone == 0
    second_miss = take(target, 8, an_answer(A, B))
    gone = Match.objects.get(page_url=C)
    assert (second_miss.n_gone, gone.gone_at, gone.last_seen_at) == (1, at(4), at(0))
    assert pages(second_miss.gone_ids) == [C]


def test_partial_and_failed_answers_remove_nothing() -> None:
    target = make_target()
    take(target, 0, an_answer(A, B, C))
    take(target, 4, an_answer(A, B))
    take(target, 8, an_answer(A, B, is_partial=True))
    make_search(target, state=Search.State.FAILED)
    assert not Match.objects.exclude(gone_at=None).exists()


def test_a_partial_answer_adds() -> None:
    target = make_target()
    take(target, 0, an_answer(A))
    search = take(target, 4, an_answer(B), cut_short="The quota was used up.")
    assert (search.state, search.n_new, search.error) == ("partial", 1, "The quota was used up.")


def test_gone_only_when_gone_on_every_active_target() -> None:
    image = make_image()
    google, yandex = make_target(image), make_target(image, Provider.YANDEX)
    for target in (google, yandex):
        take(target, 0, an_answer(A, B, C))
    for days in (4, 8):
        take(google, days, an_answer(A, B))
    assert not Match.objects.exclude(gone_at=None).exists()
    for days in (12, 16):
        take(yandex, days, an_answer(A, B))
    assert Match.objects.get(page_url=C).gone_at == at(12)


def test_an_inactive_target_has_no_say() -> None:
    image = make_image()
    google, yandex = make_target(image), make_target(image, Provider.YANDEX)
    for target in (google, yandex):
        take(target, 0, an_answer(A, B, C))
    SearchTarget.objects.filter(pk=yandex.pk).update(is_active=False)
    for days in (4, 8):
        take(google, days, an_answer(A, B))
    assert Match.objects.get(page_url=C).gone_at == at(4)


def test_returned_is_not_new() -> None:
    target = make_target()
    take(target, 0, an_answer(A, B, C))
    for days in (4, 8):
        take(target, days, an_answer(A, B))
    search = take(target, 12, an_answer(A, B, C))
    match = Match.objects.get(page_url=C)
    assert (search.n_new, search.n_returned, match.gone_at, match.last_seen_at) == (0, 1, None, None)
    assert match.first_seen_at == at(0)


def test_a_thin_answer_is_asked_for_once_more_then_accepted() -> None:
    target = make_target()
    take(target, 0, an_answer(A, B, C, D))
    thin = take(target, 4, an_answer(A))
    assert (thin.state, thin.is_confirming, thin.n_items) == ("planned", True, 0)
    ingest(thin.pk, [an_answer(A)], at(4))
    thin.refresh_from_db()
    assert (thin.state, thin.n_items) == ("done", 1)


def test_an_empty_answer_is_complete() -> None:
    search = take(make_target(), 0, an_answer())
    assert (search.state, search.n_items) == ("done", 0)


def test_moved_counts_changed_ranks() -> None:
    target = make_target()
    take(target, 0, an_answer(A, B, C))
    assert take(target, 4, an_answer(B, A, C)).n_moved == 2


def test_an_unwatched_match_that_is_seen_again_is_watched() -> None:
    target = make_target()
    take(target, 0, an_answer(A))
    Match.objects.update(unwatched_at=at(1))
    take(target, 4, an_answer(A))
    assert Match.objects.get().unwatched_at is None


def test_unknown_rows_are_written_together_and_known_ones_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    target = make_target()
    take(target, 0, an_answer(A, B, C))
    trips: list[int] = []
    run = statements.run

    def counted(*sent: str, **values: object) -> list[list[statements.Row]]:
        trips.append(sum("INSERT" in sql for sql in sent))
        return run(*sent, **values)

    monkeypatch.setattr(statements, "run", counted)
    take(target, 4, an_answer(C, A, B))
    assert trips == [0, 0]
    take(target, 8, an_answer(C, A, B, D))
    assert trips == [0, 0, 0, 3, 0]


def test_the_cost_is_the_sum_of_its_tasks() -> None:
    search = make_search(make_target())
    for page in (0, 1):
        search.provider_tasks.create(
            provider="yandex", page=page, tag=f"t{page}", cost=Decimal("0.0075"), posted_at=at(0)
        )
    ingest(search.pk, [an_answer(A)], at(0))
    search.refresh_from_db()
    assert search.cost == Decimal("0.015")


def test_words_of_titles_and_addresses_can_be_found() -> None:
    take(
        make_target(),
        0,
        Answer(items=[an_item("https://kuchen-welt.example/tassen", title="Кружка с волной")]),
    )
    for word in ("кружк", "welt", "tass"):
        assert words_filter(Match.objects.all(), word).count() == 1, word


@pytest.mark.django_db(transaction=True)
def test_two_engines_at_once_make_one_match_of_a_page() -> None:
    image = make_image()
    searches = [make_search(make_target(image, provider)) for provider in Provider]
    many = [f"https://site{n}.example.com/p" for n in range(60)]

    def work(search: Search, urls: list[str]) -> None:
        ingest(search.pk, [an_answer(*urls)], at(0))
        connections.close_all()

    orders = [many, many[::-1]]
    threads = [threading.Thread(target=work, args=pair) for pair in zip(searches, orders, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Match.objects.count() == 60
    assert sorted(Search.objects.values_list("n_new", flat=True)) == [0, 60]
    assert set(Nudge.objects.values_list("name", flat=True)) == {"fetch", "tell"}
