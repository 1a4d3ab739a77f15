"""Rows for tests: plain functions with readable defaults."""

from itertools import count

from accounts.models import Membership, Role, User, Workspace

PASSWORD = "correct horse battery"

_numbers = count(1)


def make_user(email: str = "", *, name: str = "", password: str = PASSWORD, is_staff: bool = False) -> User:
    """A person who can sign in with PASSWORD."""
    address = email or f"person{next(_numbers)}@example.com"
    return User.objects.create_user(address, password, name=name, is_staff=is_staff)


def make_workspace(
    owner: User | None = None, *, name: str = "Northlight", time_zone: str = "UTC", is_demo: bool = False
) -> Workspace:
    """A workspace, with an owner when one is given."""
    workspace = Workspace.objects.create(name=name, time_zone=time_zone, is_demo=is_demo)
    if owner:
        make_member(workspace, Role.OWNER, user=owner)
    return workspace


def make_member(workspace: Workspace, role: str = Role.VIEWER, *, user: User | None = None) -> User:
    """A person (a new one by default) with a role in the workspace."""
    person = user or make_user()
    Membership.objects.create(user=person, workspace=workspace, role=role)
    return person
