"""The typed requests that views receive from the decorators of accounts.decorators."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, User, Workspace


class WorkspaceRequest(HttpRequest):
    """A request of a signed-in member of the workspace."""

    user: User
    workspace: Workspace
    membership: Membership
    workspaces: list[Workspace]
    htmx: HtmxDetails


class OperatorRequest(HttpRequest):
    """A request of an operator, who need not be in any workspace."""

    user: User
    htmx: HtmxDetails
