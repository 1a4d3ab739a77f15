"""The page behind the link of an invitation."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.invitations import INVITATION_KEY, InvitationClosed, accept
from accounts.models import Invitation, User
from accounts.workspaces import enter


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Joins the workspace; people without an account, or not signed in, are led there first."""
    found = Invitation.objects.valid().filter(token=token).select_related("workspace", "invited_by").first()
    if found is None:
        return _closed(request)
    if not request.user.is_authenticated:
        return _for_a_stranger(request, found)
    if request.user.email != found.email:
        context = {"invitation": found}
        return render(request, "accounts/invitation_other_address.html", context, status=403)
    if request.method == "POST":
        return _join(request, found, request.user)
    return render(request, "accounts/invitation.html", {"invitation": found})


def _for_a_stranger(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Remembers the invitation, which opens the sign-up page to this session."""
    request.session[INVITATION_KEY] = found.token
    has_account = User.objects.filter(email=found.email).exists()
    context = {"invitation": found, "has_account": has_account}
    return render(request, "accounts/invitation.html", context)


def _join(request: HttpRequest, found: Invitation, user: User) -> HttpResponse:
    try:
        accept(found, user)
    except InvitationClosed:
        return _closed(request)
    enter(request, found.workspace)
    messages.success(request, f"You are now in the workspace {found.workspace}.")
    return redirect("overview")


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/invitation_closed.html", status=410)
