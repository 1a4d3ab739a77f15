"""Batches: a constant number of statements, one budget, one outcome each, and nothing lost between two commits."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from monitor.models import AccountState, ProviderTask, RateBucket, Search, Trouble
from monitor.pipeline import (
    abreast,
    claiming,
    collecting,
    ending,
    ingesting,
    posting,
    reconciling,
    recording,
    unanswered,
)
from monitor.pipeline.engines import Account, probing
from monitor.pipeline.money import budgets
from monitor.providers.base import Answer, Posted
from monitor.providers.dataforseo import client
from monitor.providers.dataforseo.envelope import Task
from monitor.providers.dataforseo.parse import answer_of
from tests.factories import make_collection, make_image, make_run, make_search, make_target, make_workspace
from tests.pipeline.conftest import Google

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
PAGE = "https://shop.example.com/p"


class Killed(BaseException):
    """As kill -9 in the middle of a step: nothing after it is carried out."""


def searches(n: int, workspace: Workspace | None = None) -> list[Search]:
    collection = make_collection(workspace or make_workspace())
    run = make_run(collection)
    targets = [make_target(make_image(collection), location_code=2840, language_code="en") for _ in range(n)]
    return [make_search(target, run) for target in targets]


def states() -> dict[str, int]:
    found = list(Search.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in found}


def statements(work: Callable[[], object]) -> int:
    RateBucket.objects.all().delete()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        work()
    return len(captured)


def die_at(module: ModuleType, name: str, work: Callable[[], object]) -> None:
    """Does some work, and is killed where it would call the function."""

    def dies(*args: object, **more: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patched, pytest.raises(Killed):
        patched.setattr(module, name, dies)
        work()


def test_the_statements_of_a_post_do_not_grow_with_the_batch(google: Google) -> None:
    searches(2)
    few = statements(lambda: posting.post_due(NOW))
    searches(60)
    many = statements(lambda: posting.post_due(NOW))
    assert states() == {"waiting": 62}
    assert few == many


def test_neither_do_those_of_looking_at_what_is_pending(google: Google) -> None:
    searches(2)
    posting.post_due(NOW)
    Search.objects.hurry()
    few = statements(lambda: collecting.collect_due(NOW))
    searches(6)
    posting.post_due(NOW)
    Search.objects.hurry()
    assert statements(lambda: collecting.collect_due(NOW)) == few


def test_each_outcome_of_a_mixed_answer_finds_its_search(google: Google) -> None:
    batch = searches(4)
    google.refuse_each = {
        batch[1].pk: (40501, "Invalid Field: 'image_url'."),
        batch[2].pk: (40205, "Too often."),
    }
    posting.post_due(NOW)
    for search in batch:
        search.refresh_from_db()
    assert [search.state for search in batch] == ["waiting", "failed", "planned", "waiting"]
    assert batch[2].attempts == 0
    assert Search.objects.filter(pk=batch[2].pk, not_before__gt=datetime.now(UTC) + timedelta(minutes=59))


def test_a_refusal_of_one_task_can_hold_the_whole_account(google: Google) -> None:
    batch = searches(3)
    google.refuse_each = {batch[1].pk: (40210, "Insufficient Funds.")}
    posting.post_due(NOW)
    assert states() == {"waiting": 2, "held": 1}
    searches(1)
    posting.post_due(NOW)
    assert (states(), google.posts) == ({"waiting": 2, "held": 2}, 1)
    assert Trouble.objects.get().kind == Trouble.Kind.BALANCE


def test_a_workspace_at_its_cap_stops_within_one_batch(google: Google) -> None:
    poor, rich = make_workspace(budget=Decimal("0.01")), make_workspace()
    searches(20, poor)
    searches(5, rich)
    posting.post_due(NOW)
    waiting = Search.objects.filter(state="waiting")
    held = Search.objects.filter(state="held", held_for="budget", attempts=0)
    assert waiting.filter(watched_image__workspace=poor).count() == 16
    assert waiting.filter(watched_image__workspace=rich).count() == 5
    assert held.filter(watched_image__workspace=poor).count() == 4
    assert ProviderTask.objects.count() == 21


def test_without_a_confirmed_budget_nothing_is_spent(google: Google) -> None:
    searches(2, make_workspace(budget=None))
    posting.post_due(NOW)
    assert (states(), google.posts) == ({"held": 2}, 0)
    assert set(Search.objects.values_list("error", flat=True)) == {budgets.NOT_CONFIRMED}


def test_killed_between_writing_down_and_posting(google: Google) -> None:
    """Nothing was sent: after its waits each is written off unpaid and asked once."""
    batch = searches(3)
    die_at(posting, "_post", lambda: posting.post_due(NOW))
    assert set(ProviderTask.objects.values_list("state", flat=True)) == {"posting"}
    _reconcile(10, 20, 31)
    posting.post_due(NOW)
    assert (states(), google.posts, len(google.tasks)) == ({"waiting": len(batch)}, 1, len(batch))


def test_killed_between_the_answer_and_its_record(google: Google) -> None:
    """All are paid for: they are found by their tags and never bought again."""
    batch = searches(3)
    die_at(posting, "record", lambda: posting.post_due(NOW))
    _reconcile(1)
    posting.post_due(NOW)
    assert (states(), google.posts, len(google.tasks)) == ({"waiting": len(batch)}, 1, len(batch))
    assert sum(ProviderTask.objects.values_list("cost", flat=True)) == Decimal("0.0018")


def test_killed_within_the_record_books_all_or_nothing(
    google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = searches(3)
    google.refuse_each = {batch[1].pk: (50000, "Internal Error.")}
    die_at(recording, "give_back", lambda: posting.post_due(NOW))
    assert states() == {"asking": 3}
    assert set(ProviderTask.objects.values_list("state", flat=True)) == {"posting"}


def test_killed_between_keeping_and_ingesting(google: Google) -> None:
    """The kept answers are read, not fetched again."""
    searches(3)
    posting.post_due(NOW)
    google.will_answer(PAGE)
    Search.objects.hurry()
    die_at(ingesting, "ingest", lambda: collecting.collect_due(NOW))
    google.tasks.clear()
    Search.objects.hurry()
    collecting.collect_due(NOW)
    assert states() == {"done": 3}


def test_killed_while_a_failed_task_is_booked(google: Google) -> None:
    """The task is met again, and nothing is bought beyond the rules."""
    (search,) = searches(1)
    posting.post_due(NOW)
    google.will_fail(40103, "Task execution failed.")
    Search.objects.hurry()
    die_at(unanswered, "_close", lambda: collecting.collect_due(NOW))
    google.will_answer(PAGE)
    google.will_fail_once(40103, "Task execution failed.")
    for _ in range(3):
        Search.objects.hurry()
        posting.post_due(NOW)
        Search.objects.hurry()
        collecting.collect_due(NOW)
    search.refresh_from_db()
    assert (search.state, google.posts, search.cost) == ("done", 2, Decimal("0.0012"))


def test_one_that_was_begun_too_often_ends_unpaid(google: Google) -> None:
    searches(1)
    Search.objects.update(attempts=ending.MAX_ATTEMPTS)
    posting.post_due(NOW)
    assert (states(), google.posts) == ({"failed": 1}, 0)


def test_who_stalls_before_the_send_sends_nothing(google: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    searches(1)
    clock = iter([0.0, posting.STALLED_SECONDS + 1])
    monkeypatch.setattr(posting, "monotonic", lambda: next(clock))
    posting.post_due(NOW)
    assert (google.posts, states()) == (0, {"asking": 1})


def test_an_outcome_that_is_not_mentioned_is_unknown(google: Google) -> None:
    batch = searches(2)
    _, jobs, _ = posting._claim(Account.of(batch[0]), NOW, None)
    first = Posted(
        tag=jobs[0].task.tag, remote_id="11210435-1535-0066-0000-000000000001", cost=Decimal("0.0006")
    )
    recording.record(Account.of(batch[0]), jobs, {first.tag: first}, NOW)
    assert list(ProviderTask.objects.order_by("pk").values_list("state", flat=True)) == [
        "accepted",
        "unknown",
    ]


def _reconcile(*minutes: int) -> None:
    for minute in minutes:
        Search.objects.filter(state=Search.State.ASKING).hurry()
        RateBucket.objects.all().delete()
        reconciling.reconcile_due(NOW + timedelta(minutes=minute))


def test_operators_hear_of_a_task_that_is_not_understood(google: Google) -> None:
    odd, _ = searches(2)
    google.refuse_each = {odd.pk: (40506, "Unknown Fields in POST Data.")}
    posting.post_due(NOW)
    assert states() == {"failed": 1, "waiting": 1}
    assert Trouble.objects.get().kind == Trouble.Kind.CALLS


def test_an_account_that_is_refused_weighs_more_than_a_task_that_is_not_understood(google: Google) -> None:
    odd, unpaid = searches(2)
    google.refuse_each = {
        odd.pk: (40506, "Unknown Fields in POST Data."),
        unpaid.pk: (40200, "Payment Required."),
    }
    posting.post_due(NOW)
    assert states() == {"failed": 1, "held": 1}


def test_a_provider_that_refuses_each_task_although_it_answers_is_in_trouble(google: Google) -> None:
    """Its free calls work all the while; no search is given up for it."""
    searches(1)
    google.refuse = (50301, "Third Party Service Unavailable.")
    for _ in range(10):
        Search.objects.filter(state="planned").hurry()
        RateBucket.objects.all().delete()
        posting.post_due(NOW)
        probing.probe_due(NOW + timedelta(hours=1))
    assert (states(), Trouble.objects.filter(kind=Trouble.Kind.PROVIDER).exists()) == ({"planned": 1}, True)
    google.refuse = None
    Search.objects.all().hurry()
    posting.post_due(NOW + timedelta(hours=2))
    assert (states(), AccountState.objects.get().failures) == ({"waiting": 1}, 0)


def test_refused_tasks_beside_one_that_is_taken_are_no_trouble(google: Google) -> None:
    batch = searches(3)
    google.refuse_each = {search.pk: (50301, "Third Party Service Unavailable.") for search in batch[1:]}
    posting.post_due(NOW)
    assert states() == {"waiting": 1, "planned": 2}
    assert not AccountState.objects.filter(failures__gt=0).exists()


def claims_and_then(patched: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Something else happens just after a step has claimed its searches."""
    take = claiming.take

    def claim(*args: Any, **more: Any) -> list[int]:
        ids = take(*args, **more)
        patched.setattr(claiming, "take", take)
        meanwhile()
        return ids

    patched.setattr(claiming, "take", claim)


def test_a_post_that_is_answered_as_it_is_looked_up_is_not_made_again(
    google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = searches(2)
    account = Account.of(batch[0])
    _, jobs, _ = posting._claim(account, NOW, None)
    Search.objects.all().hurry()

    def answered() -> None:
        recording.record(account, jobs, posting._post(account, jobs, NOW), NOW)

    claims_and_then(monkeypatch, answered)
    assert reconciling.reconcile_due(NOW) == 2
    assert (states(), google.posts) == ({"waiting": 2}, 1)


def test_a_confirming_answer_that_is_being_asked_for_is_not_asked_for_twice(
    google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches(1)
    posting.post_due(NOW)
    Search.objects.all().hurry()

    def asked_anew() -> None:
        ProviderTask.objects.update(is_superseded=True)
        Search.objects.update(state=Search.State.ASKING, is_confirming=True)

    claims_and_then(monkeypatch, asked_anew)
    assert collecting.collect_due(NOW) == 1
    assert states() == {"asking": 1}


def test_an_answer_that_breaks_our_reader_stops_none_behind_it(
    google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches(abreast.AT_ONCE + 1)
    google.will_answer(PAGE)
    posting.post_due(NOW)

    def break_at_first(task: Task) -> Answer | None:
        if task.remote_id == next(iter(google.tasks)):
            raise ValueError
        return answer_of(task)

    monkeypatch.setattr(client, "answer_of", break_at_first)
    Search.objects.all().hurry()
    collecting.collect_due(NOW)
    assert states() == {"waiting": 1, "done": abreast.AT_ONCE}
    assert Trouble.objects.get().kind == Trouble.Kind.CALLS
