"""Where an answer that is read anew comes from: our copy, the provider's, or nowhere any more."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from monitor.models import Payload, Provider, ProviderTask, RateBucket, Run, Search
from monitor.pipeline import answers, collecting, posting, rereading
from monitor.pipeline.answers import keep
from monitor.pipeline.engines import limits
from monitor.pipeline.ingesting import ingest
from monitor.pipeline.rereading import NOT_NOW, NOTHING_KEPT, Reread, reread, revise_fixed
from tests.factories import an_answer, make_search, make_target
from tests.pipeline.conftest import Google
from tests.pipeline.ingesting.test_ingesting import A, B
from tests.pipeline.test_google import NOW, a_search, look_again

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


def collected(google: Google, *urls: str) -> Search:
    """A search of Google that has been answered with these pages, and told."""
    search = a_search()
    posting.post_due(NOW)
    google.will_answer(*urls)
    look_again(search)
    collecting.collect_due(NOW)
    Run.objects.update(told_at=NOW)
    RateBucket.objects.all().delete()
    search.refresh_from_db()
    assert search.state == "done"
    return search


def one(search: Search, at: object = LATER) -> Reread:
    (outcome,) = reread([search.pk], at)  # type: ignore[arg-type]  # a moment
    search.refresh_from_db()
    return outcome


def test_the_kept_body_is_read_without_asking_anybody(google: Google) -> None:
    search = collected(google, A)
    ProviderTask.objects.update(remote_id="gone")
    outcome = one(search)
    assert outcome.revision and not outcome.revision.is_change


def test_a_reading_that_has_improved_changes_the_answer(
    google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = collected(google, A)
    monkeypatch.setattr(answers, "parsed", lambda tasks: [an_answer(A, B)])
    outcome = one(search)
    assert outcome.revision and outcome.revision.appeared == 1
    assert search.n_items == 2


def test_without_a_body_google_is_asked_once_more_for_nothing(google: Google) -> None:
    search = collected(google, A)
    Payload.objects.all().delete()
    google.will_answer(A, B)
    outcome = one(search, NOW + timedelta(days=29))
    assert outcome.revision and outcome.revision.appeared == 1
    assert (google.posts, Payload.objects.count(), search.n_items) == (1, 1, 2)


def test_after_thirty_days_nobody_has_it_any_more(google: Google) -> None:
    search = collected(google, A)
    Payload.objects.all().delete()
    assert one(search, NOW + timedelta(days=31)).why_not == NOTHING_KEPT


def test_what_the_provider_has_lost_is_left_as_it_was(google: Google) -> None:
    search = collected(google, A)
    Payload.objects.all().delete()
    google.tasks.clear()
    assert one(search).why_not
    assert search.n_items == 1


def test_one_that_is_not_told_yet_waits(google: Google) -> None:
    search = collected(google, A)
    Run.objects.update(told_at=None)
    assert one(search).why_not == NOT_NOW


def test_the_pages_of_a_walk_are_read_in_their_order() -> None:
    search = make_search(make_target(provider=Provider.YANDEX))
    bodies = [
        f'{{"images": [{{"pageUrl": "{url}", "url": "{url}.jpg", "pageTitle": "t"}}], "id": "1/a"}}'.encode()
        for url in (A, B)
    ]
    for page, body in enumerate(bodies):
        task = search.provider_tasks.create(provider="yandex", page=page, tag=f"t{page}", posted_at=NOW)
        keep({task.pk: body})
    ingest(search.pk, [an_answer(B)], NOW)
    Run.objects.update(told_at=NOW)
    one(search)
    assert (search.n_items, search.rank_absolute) == (2, [1, 2])


def test_a_thin_answer_counts_only_unconfirmed(google: Google) -> None:
    search = collected(google, A)
    ProviderTask.objects.update(is_superseded=True)
    outcome = one(search)
    assert outcome.revision and not outcome.revision.is_change


def test_answers_that_the_provider_has_put_right_are_fetched_and_revised(google: Google) -> None:
    search = collected(google, A)
    google.will_answer(A, B)
    google.tasks["11210430-1535-0066-0000-f0f0f0f0f0f0"] = {"tag": "someone-elses"}
    assert revise_fixed(LATER) == 1
    search.refresh_from_db()
    assert (search.n_items, google.posts) == (2, 1)


def test_a_demo_has_an_account_of_its_own(google: Google, settings: Settings) -> None:
    """Which is not asked for what belongs to the real one."""
    search = collected(google, A)
    google.will_answer(A, B)
    settings.HAS_DATAFORSEO, settings.SIMULATOR_URL = False, "http://127.0.0.1:1"
    assert revise_fixed(LATER) == 0
    search.refresh_from_db()
    assert search.n_items == 1


def test_the_list_is_asked_for_once_an_hour(google: Google) -> None:
    search = collected(google, A)
    revise_fixed(LATER)
    google.will_answer(A, B)
    assert revise_fixed(LATER) == 0
    RateBucket.objects.all().delete()
    assert revise_fixed(LATER) == 1
    search.refresh_from_db()
    assert search.n_items == 2


def test_answers_that_are_still_to_be_taken_stay_on_the_list(google: Google) -> None:
    search = a_search()
    posting.post_due(NOW)
    google.will_answer(A)
    assert revise_fixed(LATER) == 0
    assert not Payload.objects.exists()
    search.refresh_from_db()
    assert search.state == "waiting"


def test_trouble_with_the_provider_is_for_the_next_hour(google: Google) -> None:
    collected(google, A)
    google.http_status = 500
    assert revise_fixed(LATER) == 0


def test_without_calls_left_the_rest_waits_for_the_next_hour(
    google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    collected(google, A)
    google.will_answer(A, B)
    monkeypatch.setattr(limits, "take_calls", lambda account: 0)
    assert revise_fixed(LATER) == 0


def test_those_that_stay_on_the_list_let_others_have_their_turn(
    google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that cannot be fetched is listed first, hour by hour."""
    monkeypatch.setattr(rereading, "FIXED_BATCH", 1)
    first, second = collected(google, A), collected(google, A)
    ProviderTask.objects.filter(search=first).update(remote_id="11210430-1535-0066-0000-f0f0f0f0f0f0")
    google.will_answer(A, B)
    assert revise_fixed(LATER) == 0
    RateBucket.objects.all().delete()
    assert revise_fixed(LATER + timedelta(hours=1)) == 1
    second.refresh_from_db()
    assert second.n_items == 2
