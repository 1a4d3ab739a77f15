"""The provider's own list, page by page: each is a call, and a long list is read in several looks."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from monitor.models import Provider, ProviderTask, RateBucket, Search
from monitor.pipeline import engines, listing, reconciling
from monitor.pipeline.engines import Account, limits
from monitor.pipeline.listing import Span
from monitor.pipeline.money import bookkeeping
from monitor.pipeline.tags import new_tag
from monitor.providers.dataforseo import DataForSEO
from monitor.providers.dataforseo import client as client_module
from tests.factories import make_search, make_target, make_task
from tests.pipeline.conftest import ok

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GOOGLE = Account(provider=Provider.DATAFORSEO, is_simulated=False)
SPAN = Span(since=NOW - timedelta(hours=1), until=NOW, at=NOW)
ROWS = 3  # of a page


class Archive:
    """An id_list with many rows; `asked` are the offsets of the pages that were asked for."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.asked: list[int] = []
        self.is_down = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            return httpx.Response(500)
        (question,) = json.loads(request.content)
        self.asked.append(question["offset"] // ROWS)
        return ok(20000, result=self.rows[question["offset"] :][: question["limit"]])

    def lists(self, *tags: str) -> None:
        for tag in tags:
            number = len(self.rows)
            task_id = f"11210435-1535-0066-0000-{number:012x}"
            self.rows.append({"id": task_id, "status": 20100, "cost": 0.0006, "metadata": {"tag": tag}})


@pytest.fixture
def archive(accounts: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    archive = Archive()
    monkeypatch.setattr(client_module, "PAGE_ROWS", ROWS)
    client = DataForSEO(login="l", password="p", url="https://a.test", transport=httpx.MockTransport(archive))
    monkeypatch.setattr(engines, "dataforseo", lambda *, is_simulated: client)
    yield archive
    client.close()


def others(count: int) -> list[str]:
    return [f"somebody-elses-{number}" for number in range(count)]


def later() -> None:
    """The limit grants calls again."""
    RateBucket.objects.all().delete()


def unknown(minutes: int = 35) -> ProviderTask:
    """A task whose post so long ago had no outcome; it is the turn of its search."""
    search = make_search(make_target(), state=Search.State.ASKING)
    return make_task(
        search, tag=new_tag(search.pk), state=ProviderTask.State.UNKNOWN, posted_at=NOW - minutes * MINUTE
    )


def reconcile(at: datetime = NOW) -> None:
    Search.objects.update(not_before=NOW - timedelta(days=365))
    reconciling.reconcile_due(at)


def test_each_page_takes_a_call_from_the_limit(archive: Archive) -> None:
    archive.lists(*others(7))
    found = listing.read(GOOGLE, "x", SPAN, NOW)
    assert found and (len(found.tasks), found.rest, archive.asked) == (7, None, [0, 1, 2])
    assert limits.take_list(GOOGLE)
    assert not limits.take_list(GOOGLE)
    assert listing.read(GOOGLE, "x", SPAN, NOW) is None


def test_it_goes_on_where_it_left_off(archive: Archive) -> None:
    archive.lists(*others(16))
    found = listing.read(GOOGLE, "x", SPAN, NOW)
    assert found and found.rest
    listing.leave_off(GOOGLE, "x", found)
    later()
    assert listing.left_off(GOOGLE, "y") is None
    rest = listing.left_off(GOOGLE, "x")
    assert rest and rest.page == 4
    found = listing.read(GOOGLE, "x", rest, NOW + MINUTE)
    assert found and (len(found.tasks), found.rest, archive.asked) == (4, None, [0, 1, 2, 3, 4, 5])
    listing.leave_off(GOOGLE, "x", found)
    assert listing.left_off(GOOGLE, "x") is None


def test_trouble_on_the_way_leaves_it_as_it_was(archive: Archive) -> None:
    archive.is_down = True
    assert listing.read(GOOGLE, "x", SPAN, NOW) is None
    assert listing.left_off(GOOGLE, "x") is None


def test_a_miss_counts_only_when_all_pages_have_been_read(archive: Archive) -> None:
    task = unknown()
    archive.lists(*others(16))
    reconcile()
    task.refresh_from_db()
    assert (task.misses, archive.asked) == (0, [0, 1, 2, 3])
    later()
    reconcile(NOW + MINUTE)
    task.refresh_from_db()
    assert (task.misses, archive.asked) == (1, [0, 1, 2, 3, 4, 5])


def test_what_a_page_has_is_taken_whoever_is_looked_for(archive: Archive) -> None:
    """Its search is not due now, and the page is not read again."""
    task, early = unknown(), unknown()
    archive.lists(early.tag, *others(15))
    Search.objects.filter(pk=task.search_id).update(not_before=NOW - timedelta(days=365))
    Search.objects.filter(pk=early.search_id).update(not_before=NOW + timedelta(days=365))
    reconciling.reconcile_due(NOW)
    early.refresh_from_db()
    assert (early.state, early.cost > 0) == ("accepted", True)


def test_a_post_after_a_long_list_was_begun_is_not_judged_by_it(archive: Archive) -> None:
    unknown()
    archive.lists(*others(16))
    reconcile()
    young = unknown(minutes=-1)
    later()
    reconcile(NOW + 3 * MINUTE)
    young.refresh_from_db()
    assert young.misses == 0


def test_when_nobody_waits_for_a_list_it_is_not_read_on(archive: Archive) -> None:
    task = unknown()
    archive.lists(*others(16))
    reconcile()
    ProviderTask.objects.filter(pk=task.pk).update(state=ProviderTask.State.LOST)
    unknown(minutes=-60)
    later()
    reconcile(NOW + 63 * MINUTE)
    assert archive.asked == [0, 1, 2, 3, 0, 1, 2, 3]


def test_a_busy_hour_of_the_books_takes_several_looks(archive: Archive) -> None:
    task = make_task(
        make_search(make_target(), state="done"),
        posted_at=NOW,
        tag="mine",
        cost="0.0001",
        remote_id="11210435-1535-0066-0000-00000000000f",
    )
    archive.lists(*others(15), task.tag)
    today = NOW.replace(hour=0)
    until = today - timedelta(hours=1)
    assert not bookkeeping.reconcile_books(GOOGLE, today + timedelta(hours=2))
    later()
    bookkeeping.reconcile_books(GOOGLE, today + timedelta(hours=2))
    assert archive.asked[:6] == [0, 1, 2, 3, 4, 5]
    assert task.ledgerentry_set.count() == 1
    assert until < today


def test_the_books_leave_a_look_to_those_who_wait(archive: Archive) -> None:
    """After a long outage there are many hours to be compared."""
    task = unknown()
    archive.lists(*others(ROWS * 9), task.tag)
    bookkeeping.reconcile_books(GOOGLE, NOW)
    assert len(archive.asked) == 3
    archive.rows = archive.rows[-1:]
    reconcile()
    task.refresh_from_db()
    assert task.state == "accepted"
