"""Making workspaces and seating people in them."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest

from accounts.models import Membership, Role, User, Workspace

WORKSPACE_KEY = "workspace"
DEMO_CLOSED = (
    "The demo account is open only while Whereabouts listens on this machine alone, without credentials."
)


class LastOwner(Exception):
    """A workspace always keeps an owner."""


@transaction.atomic
def make_workspace(
    user: User,
    name: str,
    *,
    time_zone: str = "UTC",
    country: str = "US",
    language: str = "en",
    is_demo: bool = False,
) -> Workspace:
    """Makes a workspace with `user` as its first owner."""
    workspace = Workspace.objects.create(
        name=name, time_zone=time_zone, country=country, language=language, is_demo=is_demo
    )
    Membership.objects.create(user=user, workspace=workspace, role=Role.OWNER)
    return workspace


def enter(request: HttpRequest, workspace: Workspace) -> None:
    """Makes `workspace` the one that this session's pages show."""
    request.session[WORKSPACE_KEY] = workspace.pk


@transaction.atomic
def change_role(membership: Membership, role: str) -> None:
    """Gives a member another role; raises LastOwner when nobody else would own the workspace."""
    if role != Role.OWNER:
        _keep_an_owner(membership)
    Membership.objects.filter(pk=membership.pk).update(role=role)


@transaction.atomic
def remove(membership: Membership) -> None:
    """Ends a membership; raises LastOwner when nobody else would own the workspace."""
    _keep_an_owner(membership)
    Membership.objects.filter(pk=membership.pk).delete()


def _keep_an_owner(membership: Membership) -> None:
    """Locks the workspace, so that two owners cannot leave at the same moment."""
    Workspace.objects.select_for_update(no_key=True).get(pk=membership.workspace_id)
    owners = Membership.objects.filter(workspace=membership.workspace_id, role=Role.OWNER)
    if not owners.exclude(pk=membership.pk).exists():
        raise LastOwner


def is_closed_demo(user: AbstractBaseUser) -> bool:
    """Whether this is a demo person (in demo workspaces only) while the demo is not open."""
    if settings.DEMO_ALLOWED:
        return False
    kinds = set(Membership.objects.filter(user_id=user.pk).values_list("workspace__is_demo", flat=True))
    return kinds == {True}
