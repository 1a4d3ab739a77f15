"""Making workspaces, and the rule that each keeps an owner."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from accounts import workspaces
from accounts.models import Membership, Role, User, Workspace
from accounts.workspaces import LastOwner, change_role, is_closed_demo, remove
from tests.accounts.conftest import place_of
from tests.factories import make_member, make_user, make_workspace


def test_it_makes_the_person_an_owner(db: None) -> None:
    person = make_user()
    made = workspaces.make_workspace(person, "Demo", time_zone="Europe/Berlin", is_demo=True)
    assert (made.name, made.time_zone, made.is_demo) == ("Demo", "Europe/Berlin", True)
    assert place_of(person, made).role == Role.OWNER


def test_it_changes_a_role(workspace: Workspace, viewer: User) -> None:
    change_role(place_of(viewer, workspace), Role.EDITOR)
    assert place_of(viewer, workspace).role == Role.EDITOR


def test_it_removes_a_member(workspace: Workspace, viewer: User) -> None:
    remove(place_of(viewer, workspace))
    assert not Membership.objects.filter(user=viewer).exists()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
def test_it_keeps_the_last_owner_an_owner(workspace: Workspace, owner: User, editor: User, role: str) -> None:
    with pytest.raises(LastOwner):
        change_role(place_of(owner, workspace), role)
    with pytest.raises(LastOwner):
        remove(place_of(owner, workspace))
    assert place_of(owner, workspace).role == Role.OWNER


def test_it_lets_one_of_two_owners_go(workspace: Workspace, owner: User) -> None:
    make_member(workspace, Role.OWNER)
    remove(place_of(owner, workspace))
    assert workspace.memberships.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_keeps_one_when_two_owners_leave_at_once() -> None:
    workspace = make_workspace(make_user())
    make_member(workspace, Role.OWNER)

    def leave(membership: Membership) -> bool:
        try:
            remove(membership)
        except LastOwner:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        left = list(pool.map(leave, list(workspace.memberships.all())))
    assert sorted(left) == [False, True]
    assert workspace.memberships.count() == 1


@pytest.mark.parametrize(
    ("kinds", "allowed", "closed"),
    [
        ([True], False, True),
        ([True], True, False),
        ([True, False], False, False),
        ([False], False, False),
        ([], False, False),
    ],
)
def test_it_knows_who_lives_in_the_demo_only(
    db: None, settings: Settings, kinds: list[bool], allowed: bool, closed: bool
) -> None:
    settings.DEMO_ALLOWED = allowed
    person = make_user()
    for is_demo in kinds:
        make_workspace(person, is_demo=is_demo)
    assert is_closed_demo(person) is closed
