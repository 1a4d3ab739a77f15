"""Finds the workspace that a request is about."""

from collections.abc import Callable
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from accounts.http import WorkspaceRequest
from accounts.models import Membership
from accounts.workspaces import DEMO_CLOSED, WORKSPACE_KEY

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class WorkspaceMiddleware:
    """Sets request.workspace, .membership and .workspaces, and the workspace's time zone; one query."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(settings.PATHS_WITHOUT_PEOPLE):
            vars(request).update(user=AnonymousUser(), membership=None, workspace=None, workspaces=[])
            return self.get_response(request)
        memberships = _memberships(request)
        if _is_closed_demo(memberships):
            logout(request)
            messages.error(request, DEMO_CLOSED)
            return redirect("account_login")
        _set_workspace(request, memberships)
        workspace = cast(WorkspaceRequest, request).workspace
        if workspace is None:
            return self.get_response(request)
        with timezone.override(ZoneInfo(workspace.time_zone)):
            return self.get_response(request)


def _memberships(request: HttpRequest) -> list[Membership]:
    if not request.user.is_authenticated:
        return []
    mine = Membership.objects.filter(user=request.user, workspace__deleted_at=None)
    return list(mine.select_related("workspace").order_by("pk"))


def _is_closed_demo(memberships: list[Membership]) -> bool:
    """A session begun on loopback is of no use once the app listens elsewhere."""
    return bool(memberships) and not settings.DEMO_ALLOWED and all(m.workspace.is_demo for m in memberships)


def _set_workspace(request: HttpRequest, memberships: list[Membership]) -> None:
    wanted = request.session.get(WORKSPACE_KEY)
    chosen = next((m for m in memberships if m.workspace_id == wanted), None)
    membership = chosen or (memberships[0] if memberships else None)
    workspaces = sorted((m.workspace for m in memberships), key=lambda w: w.name.casefold())
    vars(request).update(
        membership=membership, workspace=membership and membership.workspace, workspaces=workspaces
    )
