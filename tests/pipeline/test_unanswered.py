"""Tasks without an answer: looked at ever more rarely, checked after a day, given up after three days."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import F, Max
from django.db.models.functions import Now

from monitor.models import Match, ProviderTask, RateBucket, Search
from monitor.pipeline import collecting, looks, posting, reconciling
from monitor.pipeline.accepting import Made, accept
from tests.factories import make_search, make_target
from tests.pipeline.conftest import Google

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
PAGE = "https://shop.example.com/p"


def a_search() -> Search:
    return make_search(make_target(location_code=2840, language_code="en"))


def look_again(search: Search, after: timedelta = timedelta(0)) -> Search:
    """One round of each hop, as after a while."""
    for hop in (posting.post_due, collecting.collect_due, reconciling.reconcile_due):
        Search.objects.filter(pk=search.pk).hurry()
        RateBucket.objects.all().delete()
        hop(NOW + after)
    search.refresh_from_db()
    return search


def reconcile(search: Search, *minutes: int) -> None:
    for minute in minutes:
        Search.objects.filter(pk=search.pk).hurry()
        RateBucket.objects.all().delete()
        reconciling.reconcile_due(NOW + timedelta(minutes=minute))


def written_off(google: Google) -> Search:
    """Its post was not answered, and the provider's list did not show it in time."""
    search = a_search()
    google.lose_answer = google.hides = True
    posting.post_due(NOW)
    reconcile(search, 10, 20, 31)
    google.lose_answer = google.hides = False
    search.refresh_from_db()
    assert (search.state, search.provider_tasks.get().state) == ("planned", "lost")
    return search


def turn_up(search: Search, google: Google) -> ProviderTask:
    """The provider shows the task that was written off."""
    task = search.provider_tasks.order_by("attempt")[0]
    (remote_id,) = (id_ for id_, query in google.tasks.items() if query["tag"] == task.tag)
    accept([Made(tag=task.tag, remote_id=remote_id)], NOW, is_ready=True)
    task.refresh_from_db()
    search.refresh_from_db()
    return task


@pytest.mark.parametrize(
    ("priority", "age", "wait"),
    [
        ("normal", 0, 60),
        ("normal", 61, 59),
        ("normal", 1000, 800),
        ("normal", 4000, 3600),
        ("high", 0, 2),
        ("high", 21, 19),
        ("high", 250, 50),
        ("high", 999_999, 3600),
    ],
)
def test_looks_become_rarer_with_the_age_of_the_task(priority: str, age: int, wait: int) -> None:
    assert looks.wait(priority, timedelta(seconds=age)).total_seconds() == wait


def test_the_next_look_is_in_the_row(google: Google) -> None:
    search = a_search()
    look_again(search)
    Search.objects.hurry()
    collecting.collect_due(NOW + timedelta(minutes=10))
    wait = Search.objects.aggregate(wait=Max(F("not_before") - Now()))["wait"]
    assert 280 < wait.total_seconds() <= 300


def test_after_a_day_what_is_not_listed_is_lost(google: Google) -> None:
    search = look_again(a_search())
    assert look_again(search, timedelta(hours=25)).state == "waiting"
    assert search.provider_tasks.get().checked_at
    other = look_again(a_search())
    google.hides = True
    assert look_again(other, timedelta(hours=25)).state == "failed"
    assert google.posts == 2


def test_one_that_was_looked_for_after_its_post_is_looked_for_after_a_day_too(google: Google) -> None:
    search = a_search()
    google.lose_answer = google.hides = True
    posting.post_due(NOW)
    reconcile(search, 1)
    google.hides = False
    reconcile(search, 2)
    assert search.provider_tasks.get().state == "accepted"
    google.hides = True
    assert look_again(search, timedelta(hours=25)).state == "failed"


def test_each_repost_has_its_own_wait(google: Google) -> None:
    search = a_search()
    google.will_fail(40103, "Task execution failed.")
    waits = []
    for _ in range(2):
        Search.objects.hurry()
        posting.post_due(NOW)
        Search.objects.hurry()
        collecting.collect_due(NOW)
        waits.append(Search.objects.aggregate(wait=Max(F("not_before") - Now()))["wait"].total_seconds())
    assert [round(wait / 60) for wait in waits] == [1, 10]
    look_again(search)
    assert (search.state, google.posts, search.cost) == ("failed", 3, Decimal("0.0018"))


def test_a_task_that_turns_up_before_it_is_asked_again_is_taken_back(google: Google) -> None:
    search = written_off(google)
    task = turn_up(search, google)
    assert (search.state, task.state, task.is_duplicate) == ("waiting", "accepted", False)
    google.will_answer(PAGE)
    look_again(search)
    assert (search.state, google.posts, search.cost) == ("done", 1, Decimal("0.0006"))


def test_one_that_turns_up_later_is_a_duplicate_and_both_are_booked(google: Google) -> None:
    search = written_off(google)
    look_again(search)
    task = turn_up(search, google)
    assert (search.state, task.state, task.is_duplicate) == ("waiting", "accepted", True)
    google.will_answer(PAGE)
    look_again(search)
    assert (search.state, search.cost, google.posts) == ("done", Decimal("0.0012"), 2)


def test_whichever_is_finished_first_counts(google: Google) -> None:
    """The second task is never finished, the one that was written off is."""
    search = written_off(google)
    look_again(search)
    turn_up(search, google)
    newest = search.provider_tasks.order_by("-attempt")[0]
    google.will_answer(PAGE)
    google.never.add(newest.remote_id or "")
    look_again(search)
    assert (search.state, search.n_items) == ("done", 1)


def test_one_twin_that_fails_leaves_the_other(google: Google) -> None:
    search = written_off(google)
    look_again(search)
    task = turn_up(search, google)
    del google.tasks[task.remote_id or ""]
    assert look_again(search, timedelta(hours=1)).state == "waiting"
    google.will_answer(PAGE)
    assert look_again(search, timedelta(hours=1)).state == "done"


def test_one_that_turns_up_after_the_end_is_in_the_cost(google: Google) -> None:
    search = written_off(google)
    google.will_answer(PAGE)
    look_again(search)
    look_again(search)
    assert (search.state, search.cost) == ("done", Decimal("0.0006"))
    task = turn_up(search, google)
    assert (search.state, task.is_duplicate, search.cost) == ("done", True, Decimal("0.0012"))


@pytest.mark.parametrize(("code", "state"), [(40501, "failed"), (50000, "planned"), (40200, "held")])
def test_a_refusal_that_is_found_in_the_list_is_treated_like_one_of_the_post(
    google: Google, code: int, state: str
) -> None:
    search = a_search()
    google.lose_answer = True
    posting.post_due(NOW)
    google.listed_code = code
    Search.objects.hurry()
    reconciling.reconcile_due(NOW)
    search.refresh_from_db()
    assert (search.state, search.cost) == (state, Decimal(0))
    assert search.provider_tasks.get().state == "refused"


def test_a_confirming_answer_that_fails_leaves_the_thin_one(google: Google) -> None:
    target = make_target(location_code=2840, language_code="en")
    google.will_answer(*(f"{PAGE}/{n}" for n in range(10)))
    for _ in range(2):
        look_again(make_search(target))
    thin = make_search(target)
    google.will_answer(f"{PAGE}/0")
    look_again(thin)
    assert (thin.state, thin.is_confirming) == ("planned", True)
    google.refuse = (40501, "Invalid Field: 'image_url'.")
    look_again(thin)
    assert (thin.state, thin.n_items, thin.cost) == ("partial", 1, Decimal("0.0006"))
    assert "Invalid Field" in thin.error
    assert Match.objects.filter(gone_at=None).count() == 10
