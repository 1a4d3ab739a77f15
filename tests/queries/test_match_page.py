"""The page of a match: its history run by run, its domain, and who decided what."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.models import Match, Provider, WatchedImage
from monitor.pipeline.ingesting import ingest
from monitor.queries.match_history import Rank, match_history
from monitor.queries.match_page import match_page, undecided_with
from tests.factories import (
    an_answer,
    make_image,
    make_match,
    make_run,
    make_search,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def image() -> WatchedImage:
    return make_image()


def test_it_tells_the_ranks_of_each_run(image: WatchedImage) -> None:
    google, yandex = make_target(image), make_target(image, Provider.YANDEX)
    for day, pages in enumerate([("a", "b"), ("b", "a"), ("b",), ("a",)]):
        at = NOW - timedelta(days=40 - 7 * day)
        run = make_run(image.collection, at)
        search = make_search(google, run)
        for _ in range(2):
            ingest(search.pk, [an_answer(*(f"https://{page}.example/p" for page in pages))], at)
        if day == 1:
            make_search(yandex, run, state="failed", ended_at=at)
    match = Match.objects.get(page_url="https://a.example/p")
    history = match_history(match)
    ranks = dict(history.ranks)
    assert ranks["google"] == [
        Rank(kind="rank", rank=1), Rank(kind="rank", rank=2), Rank(kind="absent"), Rank(kind="rank", rank=1)
    ]  # fmt: skip
    assert [rank.kind for rank in ranks["yandex"]] == ["unasked", "unknown", "unasked", "unasked"]
    assert history.cells[2].css == "c"
    assert history.n_empty == 20
    assert history.first_run
    assert history.first_run.run.number == 1


def test_it_has_no_history_before_the_first_run(image: WatchedImage) -> None:
    history = match_history(make_match(image))
    assert (history.columns, history.ranks, history.first_run) == ([], [], None)


def test_it_counts_what_else_is_on_the_domain(image: WatchedImage) -> None:
    other = make_image(image.collection)
    match = make_match(image, "https://shop.example/1", known_at_start=True)
    make_match(image, "https://shop.example/2", decision="flagged")
    make_match(other, "https://www.shop.example/3", decision="allowed")
    make_match(other, "https://shop.example/4")
    make_match(other, "https://shop.example/5", verdict="similar")
    make_match(other, "https://shop.example/6", gone_at=NOW)
    make_match(image, "https://other.example/1")
    make_match(make_image(), "https://shop.example/1")
    domain = match_page(match, make_user(), {}, NOW).domain
    assert (domain.n, domain.n_flagged, domain.n_allowed, domain.n_open) == (4, 1, 1, 2)
    assert len(domain.others) == 4


def test_a_choice_for_the_domain_leaves_what_others_decided(image: WatchedImage) -> None:
    match = make_match(image, "https://shop.example/1", decision="later")
    open_one = make_match(image, "https://shop.example/2")
    make_match(image, "https://shop.example/3", decision="allowed")
    make_match(image, "https://shop.example/4", verdict="similar")
    make_match(image, "https://shop.example/5", gone_at=NOW)
    make_match(make_image(), "https://shop.example/2")
    assert set(undecided_with(match)) == {match, open_one}
