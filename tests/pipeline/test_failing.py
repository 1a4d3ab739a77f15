"""Searches that end without their answer: what was paid for counts in part, and nothing keeps them open."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from monitor.models import Provider, Search, WatchedImage
from monitor.pipeline import answers, collecting, ending, engines, ingesting, posting
from monitor.pipeline.answers import keep
from tests.factories import make_search, make_target, make_task
from tests.pipeline.conftest import Google, Pages
from tests.pipeline.walking.test_walks import walk_again

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
PAGE = "https://shop.example.com/p"
GOOGLES = (
    b'{"status_code": 20000, "tasks": [{"id": "1", "status_code": 20000, "result": [{"items": [{"type": "organic",'
    b' "rank_group": 1, "rank_absolute": 1, "title": "A page", "url": "https://shop.example.com/p"}]}]}]}'
)


def worn_out(provider: str = Provider.DATAFORSEO, **fields: Any) -> Search:
    """It was begun as often as it may be, and never finished."""
    settings = {"pages": 3} if provider == Provider.YANDEX else {}
    return make_search(make_target(None, provider, **settings), attempts=ending.MAX_ATTEMPTS, **fields)


def paid(search: Search, body: bytes, page: int = 0, **fields: Any) -> None:
    task = make_task(search, page=page, cost=Decimal("0.0075"), posted_at=NOW, **fields)
    keep({task.pk: body})


def a_page(url: str = PAGE) -> bytes:
    return (
        f'{{"images": [{{"pageUrl": "{url}", "url": "{url}.jpg", "pageTitle": "t"}}], "id": "1/a"}}'.encode()
    )


def pause(search: Search) -> None:
    WatchedImage.objects.filter(pk=search.watched_image_id).update(state=WatchedImage.State.PAUSED)


def breaks(*args: object, **more: object) -> None:
    raise ValueError


def test_the_thin_answer_counts_although_its_confirmation_never_finished(google: Google) -> None:
    search = worn_out(is_confirming=True)
    paid(search, GOOGLES, is_superseded=True)
    posting.post_due(NOW)
    search.refresh_from_db()
    assert (search.state, search.n_items, search.error) == ("partial", 1, ending.NEVER_FINISHED)
    assert google.posts == 0


def test_it_counts_when_the_image_is_paused_before_the_confirmation(google: Google) -> None:
    search = make_search(make_target(), is_confirming=True)
    paid(search, GOOGLES, is_superseded=True)
    pause(search)
    posting.post_due(NOW)
    search.refresh_from_db()
    assert (search.state, search.n_items, search.error) == ("partial", 1, engines.PAUSED)


def test_it_counts_when_the_confirming_answer_breaks_us(google: Google) -> None:
    search = worn_out(is_confirming=True, state=Search.State.WAITING)
    paid(search, GOOGLES, is_superseded=True)
    paid(search, GOOGLES, attempt=2, remote_id="11210435-1535-0066-0000-000000000001")
    collecting.collect_due(NOW)
    search.refresh_from_db()
    assert (search.state, search.n_items) == ("partial", 1)


def test_a_thin_answer_that_breaks_us_does_not_stop_the_batch(
    google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = worn_out(is_confirming=True), make_search(make_target())
    paid(broken, GOOGLES, is_superseded=True)
    monkeypatch.setattr(ingesting, "ingest", breaks)
    posting.post_due(NOW)
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.state, sound.state) == ("failed", "waiting")


def test_the_pages_of_a_walk_that_never_finished_count(yandex: Pages) -> None:
    search = worn_out(Provider.YANDEX, state=Search.State.ASKING)
    paid(search, a_page())
    walk_again(search)
    assert (search.state, search.stop, search.n_items) == ("partial", "error", 1)
    assert (search.error, yandex.calls) == (ending.NEVER_FINISHED, [])


def test_so_does_the_thin_answer_of_a_walk(yandex: Pages) -> None:
    search = worn_out(Provider.YANDEX, is_confirming=True)
    paid(search, a_page(), is_superseded=True)
    walk_again(search)
    assert (search.state, search.n_items) == ("partial", 1)


def test_so_do_those_of_a_walk_that_nobody_wants_any_more(yandex: Pages) -> None:
    search = make_search(make_target(None, Provider.YANDEX, pages=3), state=Search.State.ASKING)
    paid(search, a_page())
    pause(search)
    walk_again(search)
    assert (search.state, search.n_items, search.error) == ("partial", 1, engines.PAUSED)
    assert yandex.calls == []


def test_a_walk_without_pages_that_nobody_wants_is_skipped(yandex: Pages) -> None:
    search = make_search(make_target(None, Provider.YANDEX, pages=3))
    pause(search)
    walk_again(search)
    assert (search.state, search.error, yandex.calls) == ("skipped", engines.PAUSED, [])


def test_a_walk_that_was_at_its_end_is_whole_although_nobody_wants_it(yandex: Pages) -> None:
    search = make_search(make_target(None, Provider.YANDEX, pages=1), state=Search.State.ASKING)
    paid(search, a_page())
    pause(search)
    walk_again(search)
    assert (search.state, search.n_items) == ("done", 1)


@pytest.mark.parametrize(("module", "name"), [(answers, "parsed"), (ingesting, "ingest")])
def test_pages_that_break_us_do_not_keep_a_search_open(
    yandex: Pages, monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    search = worn_out(Provider.YANDEX, state=Search.State.ASKING)
    paid(search, a_page())
    monkeypatch.setattr(module, name, breaks)
    assert walk_again(search).state == "asking"
    Search.objects.all().hurry()
    assert walk_again(search).state == "failed"
