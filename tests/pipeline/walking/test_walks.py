"""Walks over Yandex's pages: inputs, stop reasons, quota, budget and names of calls."""

from datetime import UTC, datetime
from decimal import Decimal
from threading import Event
from typing import Any

import httpx
import pytest

from monitor.models import Provider, ProviderTask, RateBucket, Search, Trouble
from monitor.pipeline import ingesting, walking
from monitor.pipeline.engines import Account, limits
from monitor.pipeline.walking import refusals
from monitor.providers.yandex import client as yandex_client
from tests.factories import make_collection, make_image, make_search, make_target, make_workspace
from tests.pipeline.conftest import Pages

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
REJECTED = httpx.Response(400, json={"code": 3, "message": "Cannot fetch the image"})
UNKNOWN_ID = httpx.Response(404, json={"code": 5, "message": "Image not found"})
QUOTA = httpx.Response(429, json={"code": 8, "message": "Quota exceeded"})


def urls(first: int, count: int) -> list[str]:
    return [f"https://site{n}.example.com/p" for n in range(first, first + count)]


def a_search(pages: int = 2, budget: Decimal = Decimal(10), **settings: object) -> Search:
    image = make_image(make_collection(make_workspace(budget=budget)))
    return make_search(make_target(image, Provider.YANDEX, pages=pages, **settings))


def walk_again(search: Search) -> Search:
    Search.objects.filter(pk=search.pk, state=Search.State.PLANNED).hurry()
    RateBucket.objects.all().delete()
    walking.walk_due(NOW)
    search.refresh_from_db()
    return search


def inputs(search: Search) -> list[str]:
    return list(search.provider_tasks.order_by("pk").values_list("input", flat=True))


@pytest.mark.parametrize(
    ("pages", "stop"),
    [
        ([urls(0, 40), urls(40, 40)], "page_cap"),
        ([urls(0, 17)], "end"),
        ([urls(0, 40), urls(0, 40)], "repeat"),
        ([], "end"),
    ],
)
def test_why_a_walk_ended_is_kept(yandex: Pages, pages: list[list[str]], stop: str) -> None:
    yandex.pages = pages
    search = walk_again(a_search(pages=2 if stop == "page_cap" else 3))
    assert (search.state, search.stop) == ("done", stop)


def test_a_market_may_want_the_address_to_be_sent(yandex: Pages) -> None:
    yandex.pages = [urls(0, 40), urls(40, 40)]
    search = walk_again(a_search(by_address=True))
    assert inputs(search) == ["url", "id"]
    assert yandex.calls[0]["url"].startswith("https://whereabouts.example.com/i/")
    assert "data" not in yandex.calls[0]


def test_an_address_that_is_refused_is_followed_once_by_the_picture(yandex: Pages) -> None:
    yandex.script = [REJECTED]
    yandex.pages = [urls(0, 40), urls(40, 40)]
    search = walk_again(a_search(by_address=True))
    assert (search.state, inputs(search)) == ("done", ["url", "data", "id"])
    assert search.cost == Decimal("0.015")


def test_a_picture_that_is_refused_as_well_ends_the_search(yandex: Pages) -> None:
    yandex.script = [REJECTED, REJECTED]
    search = walk_again(a_search(by_address=True))
    assert (search.state, search.stop, inputs(search)) == ("failed", "error", ["url", "data"])


def test_all_pages_are_asked_for_alike(yandex: Pages) -> None:
    yandex.pages = [urls(0, 40), urls(40, 40), urls(80, 40)]
    walk_again(a_search(pages=3, family_mode="none", site="example.com"))
    asked = {(call["familyMode"], call["site"]) for call in yandex.calls}
    assert (asked, len(yandex.calls)) == ({("FAMILY_MODE_NONE", "example.com")}, 3)


def test_a_second_rejected_id_ends_the_walk_in_part(yandex: Pages) -> None:
    yandex.script = [_page(urls(0, 40), "1/a"), UNKNOWN_ID, _page(urls(40, 40), "1/b"), UNKNOWN_ID]
    search = walk_again(a_search(pages=4))
    assert (search.state, search.stop, search.n_items) == ("partial", "error", 80)
    assert inputs(search) == ["data", "id", "data", "id"]


def test_quota_is_tried_quickly_then_later_and_ends_at_last(
    yandex: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "MAX_TRIES", 3)
    yandex.script = [_page(urls(0, 40), "1/a"), *[QUOTA] * 3]
    search = a_search()
    for _ in range(2):
        assert walk_again(search).state == "planned"
    assert search.attempts == 0
    walk_again(search)
    assert (search.state, search.stop, search.n_items, len(yandex.calls)) == ("partial", "quota", 40, 4)


def test_the_budget_is_asked_before_each_page(yandex: Pages) -> None:
    yandex.pages = [urls(0, 40), urls(40, 40)]
    search = walk_again(a_search(budget=Decimal("0.01")))
    assert (search.state, search.stop, search.n_items) == ("partial", "budget", 40)
    assert (len(yandex.calls), search.cost) == (1, Decimal("0.0075"))


def test_without_budget_nothing_is_sent(yandex: Pages) -> None:
    search = walk_again(a_search(budget=Decimal("0.001")))
    assert (search.state, search.held_for, search.attempts) == ("held", "budget", 0)
    assert (yandex.calls, ProviderTask.objects.count()) == ([], 0)


def test_the_names_of_calls_are_kept(yandex: Pages) -> None:
    ids = {"x-request-id": "theirs", "x-server-trace-id": "trace"}
    refusal = httpx.Response(429, headers=ids, json={"code": 8, "message": "Quota exceeded"})
    page = httpx.Response(200, headers=ids, json={"id": "1/a", "images": []})
    yandex.script = [refusal, page]
    search = a_search()
    walk_again(search)
    walk_again(search)
    names = set(search.provider_tasks.values_list("request_id", "trace_id"))
    assert (names, search.provider_tasks.count()) == ({("theirs", "trace")}, 2)


def test_several_walks_go_side_by_side(yandex: Pages) -> None:
    yandex.pages = [urls(0, 40), urls(40, 40)]
    searches = [a_search() for _ in range(2)]
    assert walking.walk_due(NOW) == 2
    for search in searches:
        search.refresh_from_db()
    assert [(search.state, search.n_items) for search in searches] == [("done", 80)] * 2


def _page(pages: list[str], cbir_id: str) -> httpx.Response:
    images = [{"url": f"{url}.jpg", "pageUrl": url} for url in pages]
    return httpx.Response(200, json={"id": cbir_id, "images": images})


def test_a_walk_that_breaks_us_costs_the_others_nothing(
    yandex: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    yandex.pages = [urls(0, 40)]
    searches, has_broken, ingest = [a_search(pages=1) for _ in range(2)], Event(), ingesting.ingest

    def slowly(request: httpx.Request) -> None:
        if yandex.calls:
            has_broken.wait(5)

    def break_once(*args: Any, **more: Any) -> None:
        if not has_broken.is_set():
            has_broken.set()
            raise ValueError
        ingest(*args, **more)

    yandex.watcher = slowly
    monkeypatch.setattr(ingesting, "ingest", break_once)
    assert walking.walk_due(NOW) == 2
    assert sorted(Search.objects.values_list("state", flat=True)) == ["asking", "done"]
    Search.objects.all().hurry()
    assert [walk_again(search).state for search in searches] == ["done", "done"]
    assert len(yandex.calls) == 2


def test_what_is_under_way_is_kept_although_we_break(yandex: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    yandex.pages = [urls(0, 40)]
    search = a_search(pages=1)

    def break_down(*args: object) -> None:
        raise ValueError

    with monkeypatch.context() as patched, pytest.raises(ValueError):
        patched.setattr(walking.Party, "_go_on", break_down)
        walking.walk_due(NOW)
    Search.objects.all().hurry()
    assert (walk_again(search).state, len(yandex.calls)) == ("done", 1)


def test_an_answer_that_cannot_be_read_by_a_mistake_of_ours_is_not_bought_again(
    yandex: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*args: object) -> None:
        raise ValueError

    monkeypatch.setattr(yandex_client, "parse", break_down)
    search = walk_again(a_search())
    task = search.provider_tasks.get()
    assert (search.state, search.stop, len(yandex.calls)) == ("failed", "error", 1)
    assert (task.billed, task.cost) == ("possibly", Decimal("0.0075"))
    assert Trouble.objects.get().kind == Trouble.Kind.CALLS


def test_a_limit_that_is_used_up_keeps_nobody_busy(yandex: Pages) -> None:
    searches = [a_search() for _ in range(walking.BATCH)]
    limits.pause(Account.of(searches[0]), 60)
    assert walking.walk_due(NOW) == 0
    assert set(Search.objects.values_list("state", "attempts")) == {("planned", 0)}
    assert Search.objects.due().count() >= walking.BATCH - walking.AT_ONCE
