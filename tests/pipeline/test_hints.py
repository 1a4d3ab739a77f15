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
POSTED = datetime(2026, 11, 16, 6, tzinfo=UTC)


def a_waiting_search(
    state: str = Search.State.WAITING,
    task_state: str = ProviderTask.State.ACCEPTED,
    provider: str = Provider.DATAFORSEO,
) -> Search:
    """A search whose next look is an hour away, with the task that it was asked by."""
    search = make_search(make_target(provider=provider), state=state, not_before=Now() + timedelta(hours=1))
    search.provider_tasks.create(
        provider=provider, tag=new_tag(search.pk), state=task_state, posted_at=POSTED
    )
    return search


def is_due(search: Search) -> bool:
    return Search.objects.due().filter(pk=search.pk).exists()


def hint(search: Search) -> bool:
    return hints.hint(search.provider_tasks.get().tag)


def test_it_hurries_what_waits_and_nudges_the_pump(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    search, other = a_waiting_search(), a_waiting_search()
    with django_capture_on_commit_callbacks(execute=True):
        assert hint(search)
    assert (is_due(search), is_due(other)) == (True, False)
    assert Nudge.objects.get().name == "pump"


def test_a_post_of_unknown_outcome_is_looked_up_at_once() -> None:
    search = a_waiting_search(Search.State.ASKING, ProviderTask.State.UNKNOWN)
    assert hint(search)
    assert is_due(search)


@pytest.mark.parametrize(
    ("state", "task_state"),
    [("asking", "posting"), ("planned", "refused"), ("held", "refused"), ("done", "collected")],
)
def test_it_leaves_everything_else_alone(state: str, task_state: str) -> None:
    """Above all a post that is under way: its lease is its own."""
    search = a_waiting_search(state, task_state)
    assert not hint(search)
    assert not is_due(search)
    assert not Nudge.objects.exists()


def test_it_knows_only_tags_of_tasks_that_hooks_are_about() -> None:
    assert not hint(a_waiting_search(Search.State.ASKING, ProviderTask.State.UNKNOWN, Provider.YANDEX))
    assert not hints.hint(new_tag(1))
    assert not hints.hint("")


def test_addresses_are_of_the_side_that_the_caller_is_on(settings: Settings) -> None:
    settings.PUBLIC_URL, settings.LOCAL_URL = "https://whereabouts.example.com", "http://127.0.0.1:8000"
    path = f"/hooks/dataforseo/pingback/{hints.secret()}/?id=$id&tag=$tag"
    assert hints.pingback_address() == f"https://whereabouts.example.com{path}"
    assert hints.pingback_address(is_simulated=True) == f"http://127.0.0.1:8000{path}"
    assert "/hooks/dataforseo/postback/" in hints.postback_address()


def test_without_an_address_of_ours_none_is_asked_for(settings: Settings) -> None:
    settings.PUBLIC_URL = ""
    assert (hints.pingback_address(), hints.postback_address()) == ("", "")


def test_the_secret_is_of_the_installation(settings: Settings) -> None:
    before = hints.secret()
    settings.SECRET_KEY = "another key"
    assert hints.secret() != before
    assert (hints.is_secret(hints.secret()), hints.is_secret(before), hints.is_secret("é")) == (
        True,
        False,
        False,
    )
