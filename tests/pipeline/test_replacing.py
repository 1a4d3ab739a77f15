"""What was on hold when the next slot comes: it ends with what it has, and only the latest slot is asked."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from monitor.models import Match, Provider, ProviderTask, Run, Search
from monitor.pipeline import planning
from monitor.pipeline.answers import keep
from tests.factories import make_search, make_target, make_task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]
MONDAY = datetime(2026, 11, 16, 6, tzinfo=UTC)
PAGES = ("https://a.example.com/", "https://b.example.com/")


def held(what: str = "budget", provider: str = Provider.YANDEX, **fields: Any) -> Search:
    return make_search(
        make_target(None, provider), state=Search.State.HELD, held_for=what, error="The reason.", **fields
    )


def paid_page(search: Search, number: int, url: str = "", **fields: Any) -> None:
    """A page of a walk that holds this address, or nothing."""
    images = f'[{{"pageUrl": "{url}", "url": "{url}p.jpg", "pageTitle": "t"}}]' if url else "[]"
    task = make_task(search, page=number, cost=Decimal("0.0075"), posted_at=MONDAY, **fields)
    keep({task.pk: f'{{"images": {images}, "id": "1/a"}}'.encode()})


def next_slot(search: Search) -> Search:
    """The search of the slot a week later; the held one is read again."""
    collection = search.watched_image.collection
    run = planning.create_run(
        collection, trigger=Run.Trigger.SCHEDULE, scheduled_for=MONDAY + timedelta(days=7)
    )
    search.refresh_from_db()
    assert run
    return run.searches.get()


@pytest.mark.parametrize(("what", "stop"), [("budget", "budget"), ("account", "error")])
def test_the_pages_of_a_walk_count_in_part(what: str, stop: str) -> None:
    search = held(what)
    for number, url in enumerate(PAGES):
        paid_page(search, number, url)
    assert next_slot(search).state == "planned"
    assert (search.state, search.stop, search.held_for, search.n_items) == ("partial", stop, "", 2)
    assert (search.cost, Match.objects.count()) == (Decimal("0.015"), 2)
    assert search.error == "It was on hold until the next search was due. The reason."


def test_a_page_without_results_is_nothing_to_keep() -> None:
    search = held()
    paid_page(search, 0)
    assert next_slot(search).state == "planned"
    assert (search.state, search.cost) == ("skipped", Decimal("0.0075"))


def test_a_thin_answer_that_was_to_be_confirmed_counts_in_part() -> None:
    search = held("account", is_confirming=True)
    paid_page(search, 0, PAGES[0], is_superseded=True)
    assert next_slot(search).state == "planned"
    assert (search.state, search.n_items) == ("partial", 1)


def test_what_was_paid_for_and_failed_is_in_the_books() -> None:
    search = held("account", Provider.DATAFORSEO)
    make_task(search, cost=Decimal("0.0006"), status_code=40103, remote_id="x")
    assert next_slot(search).state == "planned"
    assert (search.state, search.cost) == ("skipped", Decimal("0.0006"))


@pytest.mark.parametrize("state", ["posting", "accepted"])
def test_what_the_provider_may_still_answer_is_left_alone(state: str) -> None:
    search = held("account", Provider.DATAFORSEO)
    make_task(search, state=ProviderTask.State(state), posted_at=MONDAY)
    later = next_slot(search)
    assert (search.state, later.state, later.error) == ("held", "skipped", planning.STILL_OPEN)
