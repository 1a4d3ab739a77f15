"""Google's road from planned to ended: posted once, reconciled when unknown, collected by id."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from pytest_django import Settings

from monitor.models import Collection, Match, Provider, ProviderTask, RateBucket, Run, Search, WatchedImage
from monitor.pipeline import collecting, hearing, ingesting, posting, reconciling
from monitor.pipeline.engines import Account, holds, limits
from monitor.pipeline.tags import is_ours
from monitor.providers.base import ReadyTask
from tests.factories import make_image, make_search, make_target
from tests.pipeline.conftest import Google

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
GOOGLE = Account(provider=Provider.DATAFORSEO, is_simulated=False)
PAGE = "https://shop.example.com/p"


def a_search() -> Search:
    return make_search(make_target(location_code=2840, language_code="en"))


def state_of(search: Search) -> str:
    search.refresh_from_db()
    return search.state


def look_again(search: Search) -> None:
    """As after a minute: the wait is over and the shared limits have calls again."""
    Search.objects.filter(pk=search.pk).hurry()
    RateBucket.objects.all().delete()


def pause(search: Search, what: str) -> None:
    """The image, or the schedule of its collection."""
    if what == "image":
        WatchedImage.objects.filter(pk=search.watched_image_id).update(state=WatchedImage.State.PAUSED)
    else:
        Collection.objects.filter(images=search.watched_image).update(is_active=False)


def test_it_goes_from_planned_to_done(google: Google) -> None:
    search = a_search()
    assert posting.post_due(NOW) == 1
    task = search.provider_tasks.get()
    assert (state_of(search), task.state, task.cost) == ("waiting", "accepted", Decimal("0.000600"))
    look_again(search)
    collecting.collect_due(NOW)
    assert state_of(search) == "waiting"
    google.will_answer(PAGE)
    look_again(search)
    collecting.collect_due(NOW + timedelta(minutes=1))
    assert state_of(search) == "done"
    assert (search.cost, Match.objects.get().page_url) == (Decimal("0.000600"), PAGE)
    assert google.posts == 1


def test_it_asks_with_our_address_and_a_tag_of_ours(google: Google) -> None:
    search = a_search()
    posting.post_due(NOW)
    (sent,) = google.tasks.values()
    token = search.watched_image.public_token
    assert sent["image_url"] == f"https://whereabouts.example.com/i/{token}.jpg"
    assert is_ours(sent["tag"])
    assert not is_ours(sent["tag"][:-1] + "x")


def test_the_row_is_written_before_the_post(google: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    ask = Google._post

    def spy(self: Google, queries: list[dict[str, str]]) -> object:
        seen.extend(ProviderTask.objects.values_list("state", flat=True))
        return ask(self, queries)

    monkeypatch.setattr(Google, "_post", spy)
    a_search()
    posting.post_due(NOW)
    assert seen == ["posting"]


def test_a_lost_answer_is_adopted_not_posted_again(google: Google) -> None:
    search = a_search()
    google.lose_answer = True
    posting.post_due(NOW)
    assert (state_of(search), search.provider_tasks.get().state) == ("asking", "unknown")
    posting.post_due(NOW)
    assert google.posts == 1
    reconciling.reconcile_due(NOW)
    task = search.provider_tasks.get()
    assert (state_of(search), task.state, task.remote_id) == ("waiting", "accepted", next(iter(google.tasks)))


def test_a_crash_after_the_commit_is_reconciled_too(google: Google) -> None:
    """As a kill between the two commits leaves it: a posting row whose lease runs out."""
    search = a_search()
    _, (job,), _ = posting._claim(GOOGLE, NOW, None)
    assert reconciling.reconcile_due(NOW) == 0
    google.tasks["11210435-1535-0066-0000-0000000000ff"] = {"tag": job.task.tag}
    look_again(search)
    assert posting.post_due(NOW) == 0
    reconciling.reconcile_due(NOW)
    assert state_of(search) == "waiting"
    assert google.posts == 0


def test_only_after_three_misses_and_a_wait_is_it_asked_again(google: Google) -> None:
    search = a_search()
    google.lose_answer = google.hides = True
    posting.post_due(NOW)
    for minutes in (1, 2, 3, 29):
        look_again(search)
        reconciling.reconcile_due(NOW + timedelta(minutes=minutes))
        assert state_of(search) == "asking", minutes
    look_again(search)
    reconciling.reconcile_due(NOW + timedelta(minutes=31))
    assert state_of(search) == "planned"
    google.lose_answer = google.hides = False
    posting.post_due(NOW + timedelta(minutes=32))
    assert list(search.provider_tasks.order_by("attempt").values_list("state", flat=True)) == [
        "lost",
        "accepted",
    ]


def test_an_unreadable_list_settles_nothing(google: Google) -> None:
    search = a_search()
    google.lose_answer = True
    posting.post_due(NOW)
    google.http_status = 500
    look_again(search)
    reconciling.reconcile_due(NOW + timedelta(hours=1))
    assert (state_of(search), search.provider_tasks.get().misses) == ("asking", 0)


def test_account_trouble_holds_without_using_an_attempt(google: Google) -> None:
    search = a_search()
    google.refuse = (40200, "Payment Required.")
    posting.post_due(NOW)
    assert (state_of(search), search.attempts) == ("held", 0)
    assert search.error
    google.refuse = None
    look_again(search)
    posting.post_due(NOW)
    assert (state_of(search), google.posts) == ("held", 1)
    holds.release(GOOGLE, NOW)
    posting.post_due(NOW)
    assert state_of(search) == "waiting"


def test_a_bad_field_fails_unpaid(google: Google) -> None:
    search = a_search()
    google.refuse = (40501, "Invalid Field: 'image_url'.")
    posting.post_due(NOW)
    assert (state_of(search), search.provider_tasks.get().state) == ("failed", "refused")


def test_trouble_before_the_send_is_tried_again_and_ends(google: Google) -> None:
    """Others are taken meanwhile, so it is not the provider's trouble."""
    search = a_search()
    google.refuse_each = {search.pk: (50000, "Internal Error.")}
    for _ in range(5):
        a_search()
        look_again(search)
        posting.post_due(NOW)
    assert state_of(search) == "failed"
    assert search.provider_tasks.count() == 5


def test_when_none_is_taken_the_provider_is_waited_for(google: Google) -> None:
    search = a_search()
    google.refuse = (50000, "Internal Error.")
    for _ in range(5):
        look_again(search)
        posting.post_due(NOW)
    assert (state_of(search), search.held_for, search.attempts) == ("held", "account", 4)


def test_a_task_that_the_provider_failed_is_bought_once_more(google: Google) -> None:
    search = a_search()
    posting.post_due(NOW)
    google.will_fail(40101, "Internal SE Server Error.")
    for _ in range(2):
        look_again(search)
        collecting.collect_due(NOW)
        look_again(search)
        posting.post_due(NOW)
    look_again(search)
    collecting.collect_due(NOW)
    assert (state_of(search), google.posts, search.cost) == ("failed", 2, Decimal("0.001200"))


def test_no_results_is_an_empty_answer(google: Google) -> None:
    search = a_search()
    posting.post_due(NOW)
    google.will_fail(40102, "No Search Results.")
    look_again(search)
    collecting.collect_due(NOW)
    assert (state_of(search), search.n_items) == ("done", 0)


def test_looks_that_are_too_many_let_the_account_rest(google: Google) -> None:
    search = a_search()
    posting.post_due(NOW)
    google.will_fail(40202, "The rate-limit per minute has been exceeded.")
    look_again(search)
    collecting.collect_due(NOW)
    assert (state_of(search), limits.take_calls(GOOGLE)) == ("waiting", 0)
    google.will_answer(PAGE)
    look_again(search)
    collecting.collect_due(NOW)
    assert state_of(search) == "done"


def test_an_unknown_task_is_looked_for_a_while_then_lost(google: Google) -> None:
    search = a_search()
    posting.post_due(NOW)
    google.tasks.clear()
    look_again(search)
    collecting.collect_due(NOW + timedelta(minutes=5))
    assert state_of(search) == "waiting"
    look_again(search)
    collecting.collect_due(NOW + timedelta(minutes=15))
    assert state_of(search) == "failed"


def test_a_late_task_is_never_bought_again(google: Google) -> None:
    search = a_search()
    posting.post_due(NOW)
    for hours in (1, 10, 71):
        look_again(search)
        collecting.collect_due(NOW + timedelta(hours=hours))
    assert state_of(search) == "waiting"
    look_again(search)
    collecting.collect_due(NOW + timedelta(hours=73))
    assert (state_of(search), google.posts) == ("failed", 1)


def test_a_kept_body_is_not_fetched_twice(google: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a kill between fetch and ingest leaves it."""
    search = a_search()
    posting.post_due(NOW)
    google.will_answer(PAGE)
    monkeypatch.setattr(ingesting, "ingest", lambda *args: None)
    look_again(search)
    collecting.collect_due(NOW)
    monkeypatch.undo()
    google.tasks.clear()
    look_again(search)
    collecting.collect_due(NOW)
    assert state_of(search) == "done"


def test_a_picture_that_the_internet_cannot_reach_is_skipped_unpaid(
    google: Google, settings: Settings
) -> None:
    settings.PUBLIC_URL = ""
    search = a_search()
    posting.post_due(NOW)
    assert state_of(search) == "skipped"
    assert "not reachable from the internet" in search.error
    assert not search.provider_tasks.exists()


@pytest.mark.parametrize("what", ["image", "collection"])
def test_what_is_paused_meanwhile_is_skipped_unpaid(google: Google, what: str) -> None:
    search = a_search()
    pause(search, what)
    posting.post_due(NOW)
    assert state_of(search) == "skipped"
    assert search.error == f"This {what} is paused, so this search was not asked."
    assert (google.posts, search.provider_tasks.exists()) == (0, False)


@pytest.mark.parametrize(("trigger", "priority"), [("manual", "normal"), ("schedule", "high")])
def test_a_paused_collection_is_asked_when_people_want_it(
    google: Google, trigger: str, priority: str
) -> None:
    """They pressed "Run now", before or after the search was planned."""
    search = a_search()
    pause(search, "collection")
    Run.objects.update(trigger=trigger)
    Search.objects.update(priority=priority)
    posting.post_due(NOW)
    assert state_of(search) == "waiting"


def test_that_a_market_always_hurries_is_no_wish(google: Google) -> None:
    search = make_search(make_target(location_code=2840, language_code="en", priority="high"))
    Search.objects.update(priority="high")
    pause(search, "collection")
    posting.post_due(NOW)
    assert state_of(search) == "skipped"


def test_its_own_public_address_will_do(google: Google, settings: Settings) -> None:
    settings.PUBLIC_URL = ""
    make_search(make_target(make_image(source_url="https://brand.example.com/mug.jpg")))
    posting.post_due(NOW)
    assert [task["image_url"] for task in google.tasks.values()] == ["https://brand.example.com/mug.jpg"]


def test_a_hint_hurries_only_ours(google: Google) -> None:
    searches = [a_search() for _ in range(hearing.MANY_WAITING + 1)]
    posting.post_due(NOW)
    google.tasks["11210430-1535-0066-0000-f0f0f0f0f0f0"] = {"tag": "someone-elses"}
    assert hearing.hear(NOW) == len(searches)
    assert Search.objects.due().count() == len(searches)
    assert hearing.hear(NOW) == 0  # the list is asked twice a minute at most


def test_a_ready_row_adopts_a_task_whose_post_was_not_answered(google: Google) -> None:
    search = a_search()
    google.lose_answer = True
    posting.post_due(NOW)
    (remote_id,) = google.tasks
    tag = search.provider_tasks.get().tag
    assert hearing.hurry([ReadyTask(tag=tag, remote_id=remote_id)], NOW) == 1
    task = search.provider_tasks.get()
    assert (state_of(search), task.state, task.cost) == ("waiting", "accepted", Decimal("0.000600"))


def test_a_hundred_are_posted_in_one_call(google: Google) -> None:
    image = make_image()
    for code in range(100):
        make_search(make_target(image, location_code=1000 + code, language_code="en"))
    assert posting.post_due(NOW) == 100
    assert google.posts == 1
