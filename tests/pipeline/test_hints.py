"""Hints of a provider: they hurry what waits, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models.functions import Now
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from monitor.models import Nudge, Provider, ProviderTask, Search
from monitor.pipeline import hints
from monitor.pipeline.tags import new_tag
from tests.factories import make_search, make_target

pytestmark = pytest.mark.django_db
ID = "11210435-1535-0066-0000-0000000000ff"
POSTED = datetime(2026, 11, 16, 6, tzinfo=UTC)


def a_waiting_search(
    state: str = Search.State.WAITING, task_state: str = ProviderTask.State.ACCEPTED
) -> Search:
    """A search whose next look is an hour away, with the task that it was asked by."""
    search = make_search(make_target(), state=state, not_before=Now() + timedelta(hours=1))
    search.provider_tasks.create(
        provider=Provider.DATAFORSEO, tag=new_tag(search.pk), state=task_state, posted_at=POSTED
    )
    return search


def is_due(search: Search) -> bool:
    return Search.objects.due().filter(pk=search.pk).exists()


def hint(search: Search) -> bool:
    return hints.hint(search.provider_tasks.get().tag, ID)


def test_it_hurries_what_waits_and_nudges_the_pump(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    search, other = a_waiting_search(), a_waiting_search()
    with django_capture_on_commit_callbacks(execute=True):
        assert hint(search)
    assert (is_due(search), is_due(other)) == (True, False)
    assert Nudge.objects.get().name == "pump"


def test_a_repeated_hint_finds_nothing_left_to_do(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    search = a_waiting_search()
    assert hint(search)
    with django_capture_on_commit_callbacks() as nudges:
        assert not hint(search)
    assert not nudges


@pytest.mark.parametrize("task_state", ["posting", "unknown"])
def test_a_task_whose_post_was_never_answered_is_taken_over(task_state: str) -> None:
    search = a_waiting_search(Search.State.ASKING, task_state)
    assert hint(search)
    task = search.provider_tasks.get()
    assert (task.state, task.remote_id) == ("accepted", ID)
    search.refresh_from_db()
    assert (search.state, is_due(search)) == ("waiting", True)


def test_one_that_was_written_off_turns_up_after_all() -> None:
    search = a_waiting_search(Search.State.PLANNED, ProviderTask.State.LOST)
    assert hint(search)
    search.refresh_from_db()
    assert (search.state, search.provider_tasks.get().remote_id) == ("waiting", ID)


@pytest.mark.parametrize(
    ("state", "task_state"), [("planned", "refused"), ("held", "refused"), ("done", "collected")]
)
def test_it_leaves_everything_else_alone(state: str, task_state: str) -> None:
    search = a_waiting_search(state, task_state)
    assert not hint(search)
    search.refresh_from_db()
    assert (search.state, is_due(search), search.provider_tasks.get().state) == (state, False, task_state)


def test_it_knows_only_tags_of_ours() -> None:
    assert not hints.hint(new_tag(1), ID)
    assert not hints.hint("", ID)


def test_addresses_are_of_the_side_that_the_caller_is_on(settings: Settings) -> None:
    settings.PUBLIC_URL, settings.LOCAL_URL = "https://whereabouts.example.com", "http://127.0.0.1:8000"
    path = f"/hooks/dataforseo/pingback/{hints.secret()}/?id=$id&tag=$tag"
    assert hints.pingback_address() == f"https://whereabouts.example.com{path}"
    assert hints.pingback_address(is_simulated=True) == f"http://127.0.0.1:8000{path}"


def test_without_an_address_of_ours_none_is_asked_for(settings: Settings) -> None:
    settings.PUBLIC_URL = ""
    assert hints.pingback_address() == ""


def test_the_secret_is_of_the_installation(settings: Settings) -> None:
    before = hints.secret()
    settings.SECRET_KEY = "another key"
    assert hints.secret() != before
    assert (hints.is_secret(hints.secret()), hints.is_secret(before), hints.is_secret("é")) == (
        True,
        False,
        False,
    )
