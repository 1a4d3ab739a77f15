"""The workspace of a request."""

from collections.abc import Callable
from importlib import import_module
from typing import cast

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts.http import WorkspaceRequest
from accounts.middleware import WorkspaceMiddleware
from accounts.models import Role, User
from accounts.workspaces import WORKSPACE_KEY
from tests.factories import make_member, make_user, make_workspace

Seen = dict[str, object]


def ask(user: User | AnonymousUser, session: dict[str, object] | None = None, path: str = "/") -> Seen:
    """Sends one request through the middleware; gives what the view saw."""
    seen: Seen = {}

    def view(request: HttpRequest) -> HttpResponse:
        member = cast(WorkspaceRequest, request)
        seen.update(workspace=member.workspace, membership=member.membership, workspaces=member.workspaces)
        seen["time_zone"] = timezone.get_current_timezone_name()
        return HttpResponse()

    request = RequestFactory().get(path)
    request.user = user
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    request.session.update(session or {})
    WorkspaceMiddleware(view)(request)
    return seen


def test_it_shows_strangers_no_workspace() -> None:
    assert ask(AnonymousUser()) == {
        "workspace": None,
        "membership": None,
        "workspaces": [],
        "time_zone": "UTC",
    }


def test_it_takes_the_first_workspace_and_its_clock(db: None) -> None:
    person = make_user()
    first = make_workspace(person, name="Zebra", time_zone="Asia/Tokyo")
    second = make_workspace(person, name="Ant")
    seen = ask(person)
    assert seen["workspace"] == first
    assert seen["time_zone"] == "Asia/Tokyo"
    assert seen["workspaces"] == [second, first]
    assert timezone.get_current_timezone_name() == "UTC"


def test_it_takes_the_chosen_workspace_with_the_role_there(db: None) -> None:
    person = make_user()
    make_workspace(person)
    other = make_workspace(name="Other")
    make_member(other, Role.VIEWER, user=person)
    seen = ask(person, {WORKSPACE_KEY: other.pk})
    assert seen["workspace"] == other
    assert seen["membership"].role == Role.VIEWER  # type: ignore[attr-defined]  # a membership


@pytest.mark.parametrize("chosen", [0, "nonsense", None])
def test_it_never_takes_a_workspace_of_others(db: None, chosen: object) -> None:
    person = make_user()
    mine = make_workspace(person)
    foreign = make_workspace(name="Foreign")
    assert ask(person, {WORKSPACE_KEY: chosen or foreign.pk})["workspace"] == mine


def test_it_never_takes_a_deleted_workspace(db: None) -> None:
    person = make_user()
    gone = make_workspace(person)
    gone.deleted_at = timezone.now()
    gone.save()
    seen = ask(person, {WORKSPACE_KEY: gone.pk})
    assert (seen["workspace"], seen["workspaces"]) == (None, [])


def test_it_costs_one_query(db: None, django_assert_num_queries: Callable[[int], object]) -> None:
    person = make_user()
    for number in range(5):
        make_workspace(person, name=f"W{number}")
    with django_assert_num_queries(1):  # type: ignore[attr-defined]  # a context manager
        ask(person)


def test_it_looks_for_nobody_where_machines_call(
    db: None, django_assert_num_queries: Callable[[int], object]
) -> None:
    person = make_user()
    make_workspace(person)
    with django_assert_num_queries(0):  # type: ignore[attr-defined]  # a context manager
        assert ask(person, path="/hooks/anything/")["workspace"] is None
