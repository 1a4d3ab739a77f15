"""The cast: an owner, an editor and a viewer of one workspace, and a stranger with another."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Membership, Role, User, Workspace
from tests.factories import make_member, make_user, make_workspace

ClientFor = Callable[[User | None], Client]


@pytest.fixture
def owner(db: None) -> User:
    return make_user("olga@example.com", name="Olga")


@pytest.fixture
def workspace(owner: User) -> Workspace:
    return make_workspace(owner)


@pytest.fixture
def editor(workspace: Workspace) -> User:
    return make_member(workspace, Role.EDITOR, user=make_user("eddie@example.com", name="Eddie"))


@pytest.fixture
def viewer(workspace: Workspace) -> User:
    return make_member(workspace, Role.VIEWER, user=make_user("vera@example.com", name="Vera"))


@pytest.fixture
def stranger(db: None) -> User:
    person = make_user("sam@example.com", name="Sam")
    make_workspace(person, name="Elsewhere")
    return person


@pytest.fixture
def sign_in() -> ClientFor:
    """A browser in which this person is signed in (or, for None, nobody)."""

    def client_for(person: User | None) -> Client:
        client = Client()
        if person:
            client.force_login(person)
        return client

    return client_for


def place_of(person: User, workspace: Workspace) -> Membership:
    return Membership.objects.get(user=person, workspace=workspace)
