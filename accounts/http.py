"""The typed request that pages of a workspace receive."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, User, Workspace


class WorkspaceRequest(HttpRequest):
    """A request of a signed-in member; the decorators of accounts.decorators hand it to views."""

    user: User
    workspace: Workspace
    membership: Membership
    workspaces: list[Workspace]
    htmx: HtmxDetails
