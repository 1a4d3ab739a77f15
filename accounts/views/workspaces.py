"""Switching between workspaces, and the settings of one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import member_required, owner_required
from accounts.first_owner import first_owner_path, is_wanted
from accounts.forms.workspaces import WorkspaceForm
from accounts.http import WorkspaceRequest
from accounts.models import User, Workspace
from accounts.workspaces import enter, is_closed_demo


@require_POST
@member_required
def switch(request: WorkspaceRequest) -> HttpResponse:
    """Shows another of one's workspaces from now on."""
    try:
        wanted = int(request.POST.get("workspace", ""))
    except ValueError as error:
        raise Http404 from error
    chosen = next((w for w in request.workspaces if w.pk == wanted), None)
    if chosen is None:
        raise Http404
    enter(request, chosen)
    return redirect("overview")


@require_http_methods(["GET", "POST"])
@owner_required
def settings(request: WorkspaceRequest) -> HttpResponse:
    """Name, place and own domains."""
    workspace = get_object_or_404(Workspace, pk=request.workspace.pk)
    form = WorkspaceForm(request.POST or None, instance=workspace)
    if form.is_valid():
        form.save()
        messages.success(request, "The settings are saved.")
        return redirect("workspace-settings")
    return render(
        request, "accounts/workspace_settings.html", {"form": form}, status=422 if form.errors else 200
    )


@require_safe
@login_required
def no_workspace(request: HttpRequest) -> HttpResponse:
    """For people whose last membership ended; where nobody owns anything, an operator makes the first account."""
    if getattr(request, "workspace", None):
        return redirect("overview")
    is_ownerless = is_wanted()
    if is_ownerless and _is_operator(request.user):
        return redirect(first_owner_path())
    return render(request, "accounts/no_workspace.html", {"is_ownerless": is_ownerless})


def _is_operator(user: AbstractBaseUser | AnonymousUser) -> bool:
    """A demo's person is one only while the demo is open."""
    return isinstance(user, User) and user.is_staff and not is_closed_demo(user)
