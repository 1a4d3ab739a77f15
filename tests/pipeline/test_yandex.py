"""Yandex's road: pages walked with the returned id, each written down first and never paid twice."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from monitor.models import Match, Provider, ProviderTask, RateBucket, Search
from monitor.pipeline import answers, engines, walking
from monitor.pipeline.engines import Account, holds, probing
from monitor.pipeline.walking import paging
from monitor.pipeline.walking.walks import resume
from monitor.spending.prices import prices_at
from tests.factories import make_search, make_target
from tests.pipeline.conftest import Pages

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
YANDEX = Account(provider=Provider.YANDEX, is_simulated=False)


def urls(first: int, count: int) -> list[str]:
    return [f"https://site{n}.example.com/p" for n in range(first, first + count)]


def a_search(pages: int = 2) -> Search:
    return make_search(make_target(None, Provider.YANDEX, pages=pages, family_mode="moderate"))


def walk_again(search: Search, at: datetime = NOW) -> None:
    """As after a while: the wait is over and the shared limits have calls again."""
    Search.objects.filter(pk=search.pk).hurry()
    RateBucket.objects.all().delete()
    walking.walk_due(at)
    search.refresh_from_db()


def begun() -> paging.Step:
    """A walk whose next page is written down, as a kill before or within the call leaves it."""
    (claimed,) = walking._claim(YANDEX, None, 1)
    step = paging.prepare(resume(claimed, YANDEX, NOW, prices_at(NOW)))
    assert step
    return step


def walk_one_page() -> None:
    """As a kill between two pages leaves it."""
    step = begun()
    client = engines.yandex(is_simulated=False)
    paging.keep(step, client.search(step.query))


def test_it_walks_to_the_page_cap_with_the_returned_id(yandex: Pages) -> None:
    yandex.pages = [urls(0, 40), urls(40, 40), urls(80, 40)]
    search = a_search(pages=2)
    walk_again(search)
    assert (search.state, search.n_items, search.cost) == ("done", 80, Decimal("0.015"))
    assert search.rank_absolute == list(range(1, 81))
    assert [("data" in call, call.get("id")) for call in yandex.calls] == [(True, None), (False, "123/abc")]


def test_an_empty_page_ends_the_walk_and_is_paid(yandex: Pages) -> None:
    yandex.pages = [urls(0, 17)]
    search = a_search(pages=5)
    walk_again(search)
    assert (search.state, search.n_items, search.cost) == ("done", 17, Decimal("0.015"))


def test_a_page_without_news_ends_the_walk(yandex: Pages) -> None:
    yandex.pages = [urls(0, 40)] * 5
    search = a_search(pages=5)
    walk_again(search)
    assert (search.state, search.n_items, len(yandex.calls)) == ("done", 40, 2)


def test_nothing_found_is_a_complete_answer(yandex: Pages) -> None:
    search = a_search()
    walk_again(search)
    assert (search.state, search.n_items) == ("done", 0)


def test_it_goes_on_at_the_page_where_it_was_cut_off(yandex: Pages) -> None:
    yandex.pages = [urls(0, 40), urls(40, 40)]
    search = a_search()
    walk_one_page()
    walk_again(search)
    assert (search.state, search.n_items, len(yandex.calls)) == ("done", 80, 2)


def test_a_call_that_was_cut_off_counts_as_possibly_billed_and_is_sent_once_more(yandex: Pages) -> None:
    yandex.pages = [urls(0, 40), urls(40, 40)]
    search = a_search()
    begun()
    walk_again(search)
    assert (search.state, search.cost) == ("done", Decimal("0.0225"))
    assert search.provider_tasks.filter(billed=ProviderTask.Billed.POSSIBLY, state="unknown").count() == 1


def test_two_unknown_outcomes_of_a_page_end_the_search(yandex: Pages) -> None:
    yandex.script = [httpx.ReadTimeout("gone"), httpx.ReadTimeout("gone")]
    search = a_search()
    for _ in range(3):
        walk_again(search)
    assert (search.state, len(yandex.calls)) == ("failed", 2)
    assert Match.objects.count() == 0


def test_an_end_in_mid_walk_is_partial(yandex: Pages) -> None:
    yandex.pages = [urls(0, 40), urls(40, 40)]
    search = a_search()
    walk_one_page()
    yandex.script = [httpx.ReadTimeout("gone"), httpx.ReadTimeout("gone")]
    for _ in range(3):
        walk_again(search)
    assert (search.state, search.n_items, search.stop) == ("partial", 40, "error")


def test_a_rejected_id_restarts_the_walk_once_with_the_picture(yandex: Pages) -> None:
    yandex.pages = [urls(0, 40), urls(40, 40)]
    search = a_search()
    walk_one_page()
    yandex.script = [httpx.Response(404, json={"code": 5, "message": "Image not found"})]
    walk_again(search)
    assert (search.state, search.n_items) == ("done", 80)
    assert [("data" in call) for call in yandex.calls] == [True, False, True]


def test_quota_keeps_the_place_and_the_attempt(yandex: Pages) -> None:
    yandex.script = [httpx.Response(429, json={"code": 8, "message": "Quota exceeded"})]
    yandex.pages = [urls(0, 40), urls(40, 40)]
    search = a_search()
    walk_again(search)
    assert (search.state, search.attempts) == ("planned", 0)
    walk_again(search)
    assert (search.state, search.cost) == ("done", Decimal("0.015"))


def test_account_trouble_holds(yandex: Pages) -> None:
    yandex.script = [httpx.Response(401, json={"code": 16, "message": "Unknown api key"})]
    yandex.pages = [urls(0, 3)]
    search = a_search(pages=1)
    walk_again(search)
    assert (search.state, search.attempts, search.held_for) == ("held", 0, "account")
    walk_again(search)
    assert (search.state, len(yandex.calls)) == ("held", 1)
    probing.probe_due(NOW + timedelta(minutes=5))
    walk_again(search, NOW + timedelta(minutes=5))
    assert (search.state, search.held_for, holds.is_held(YANDEX)) == ("done", "", False)


def test_a_bad_picture_fails(yandex: Pages) -> None:
    yandex.script = [httpx.Response(400, json={"code": 3, "message": "Cannot process image"})]
    search = a_search()
    walk_again(search)
    assert (search.state, search.cost) == ("failed", Decimal(0))


def test_a_confirming_answer_reads_new_pages(yandex: Pages) -> None:
    target = make_target(None, Provider.YANDEX, pages=2)
    yandex.pages = [urls(0, 40), urls(40, 20)]
    walk_again(make_search(target))
    thin = make_search(target)
    nothing = httpx.Response(200, json={"id": "123/abc", "images": []})
    yandex.script = [nothing]
    yandex.pages = [urls(0, 40), urls(40, 19)]
    walk_again(thin)
    walk_again(thin)
    assert (thin.state, thin.is_confirming, thin.n_items) == ("done", True, 59)
    assert thin.cost == Decimal("0.0225")


def test_every_page_is_kept_as_it_came(yandex: Pages) -> None:
    yandex.pages = [urls(0, 2)]
    search = a_search()
    walk_again(search)
    bodies = [answers.read(task) for task in search.provider_tasks.order_by("page")]
    assert b"site1.example.com" in bodies[0]
    assert len(bodies) == 2
