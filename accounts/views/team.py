"""The people of a workspace and those invited."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import OWNERS_ONLY, forbidden, member_required, owner_required
from accounts.forms.workspaces import InvitationForm, RoleForm
from accounts.http import WorkspaceRequest
from accounts.invitations import AlreadyMember, invite, mail
from accounts.links import invitation_link, mail_is_set_up
from accounts.models import Invitation, InvitationQuerySet, Membership, Role
from accounts.workspaces import LastOwner, change_role, remove

LAST_OWNER = "A workspace keeps at least one owner. Make somebody else an owner first."


@require_safe
@member_required
def team(request: WorkspaceRequest) -> HttpResponse:
    """Members for everyone; invitations and buttons for owners."""
    return _page(request, InvitationForm())


@require_POST
@owner_required
def invite_person(request: WorkspaceRequest) -> HttpResponse:
    """Keeps a seat for an address and mails the link when mail is set up."""
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    email, role = form.cleaned_data["email"], form.cleaned_data["role"]
    try:
        invitation = invite(request.workspace, email, role, request.user)
    except AlreadyMember:
        form.add_error("email", "This person is in the workspace already.")
        return _page(request, form)
    _tell(request, invitation)
    return redirect("team")


@require_POST
@owner_required
def withdraw(request: WorkspaceRequest, invitation_id: int) -> HttpResponse:
    """Takes an invitation back; its link stops working."""
    invitation = get_object_or_404(_open(request), pk=invitation_id)
    invitation.delete()
    messages.success(request, f"The invitation of {invitation.email} is withdrawn.")
    return redirect("team")


@require_POST
@owner_required
def change_member(request: WorkspaceRequest, member_id: int) -> HttpResponse:
    """Gives a member another role."""
    member = _member(request, member_id)
    form = RoleForm(request.POST, instance=member)
    if not form.is_valid():
        messages.error(request, "Choose one of the three roles.")
        return redirect("team")
    try:
        change_role(member, form.cleaned_data["role"])
    except LastOwner:
        messages.error(request, LAST_OWNER)
    else:
        messages.success(request, f"{member.user} is now {Role(member.role).label.lower()}.")
    return redirect("team")


@require_POST
@member_required
def remove_member(request: WorkspaceRequest, member_id: int) -> HttpResponse:
    """Ends a membership: one's own, or, for owners, anybody's."""
    member = _member(request, member_id)
    is_own = member.user_id == request.user.pk
    if not (is_own or request.membership.is_owner):
        return forbidden(request, OWNERS_ONLY)
    try:
        remove(member)
    except LastOwner:
        messages.error(request, LAST_OWNER)
        return redirect("team")
    who = f"You have left {request.workspace}." if is_own else f"{member.user} has left this workspace."
    messages.success(request, who)
    return redirect("overview" if is_own else "team")


def _member(request: WorkspaceRequest, member_id: int) -> Membership:
    members = Membership.objects.filter(workspace=request.workspace).select_related("user")
    return get_object_or_404(members, pk=member_id)


def _open(request: WorkspaceRequest) -> InvitationQuerySet:
    return Invitation.objects.open().filter(workspace=request.workspace).order_by("-created_at")


def _tell(request: WorkspaceRequest, invitation: Invitation) -> None:
    address = invitation.email
    if not mail_is_set_up():
        messages.info(
            request, f"{address} is invited. No mail is sent here: pass the link below on yourself."
        )
    elif mail(invitation, request):
        messages.success(request, f"The invitation is on its way to {address}.")
    else:
        messages.error(request, f"The mail to {address} could not be sent. Pass the link below on yourself.")


def _page(request: WorkspaceRequest, form: InvitationForm) -> HttpResponse:
    members = Membership.objects.filter(workspace=request.workspace).select_related("user")
    invitations = _open(request).select_related("invited_by") if request.membership.is_owner else []
    context = {
        "members": members.order_by("user__name", "user__email"),
        "invitations": [(each, invitation_link(each, request)) for each in invitations],
        "roles": Role.choices,
        "form": form,
        "sends_mail": mail_is_set_up(),
    }
    return render(request, "accounts/team.html", context, status=422 if form.errors else 200)
