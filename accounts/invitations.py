"""Inviting people into a workspace."""

import logging
import secrets
from smtplib import SMTPException

from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.links import invitation_link
from accounts.models import Invitation, Membership, User, Workspace

INVITATION_KEY = "invitation"
logger = logging.getLogger(__name__)


class AlreadyMember(Exception):
    """The address belongs to somebody who is in the workspace."""


class InvitationClosed(Exception):
    """The link was used, withdrawn, or is older than 14 days."""


@transaction.atomic
def invite(workspace: Workspace, email: str, role: str, by: User) -> Invitation:
    """Keeps a seat for an address; an open invitation of the same address is made anew, with a new link."""
    address = email.lower()
    if Membership.objects.filter(workspace=workspace, user__email=address).exists():
        raise AlreadyMember
    fresh = {
        "role": role,
        "invited_by": by,
        "token": secrets.token_urlsafe(32),
        "created_at": timezone.now(),
    }
    invitation, _ = Invitation.objects.update_or_create(
        workspace=workspace, email=address, accepted_at=None, defaults=fresh
    )
    return invitation


@transaction.atomic
def accept(invitation: Invitation, user: User) -> Membership:
    """Seats a person, once; somebody who is a member already keeps the role. Raises InvitationClosed."""
    used = Invitation.objects.valid().filter(pk=invitation.pk).update(accepted_at=timezone.now())
    if not used:
        raise InvitationClosed
    membership, _ = Membership.objects.get_or_create(
        user=user, workspace=invitation.workspace, defaults={"role": invitation.role}
    )
    return membership


def invitation_of(request: HttpRequest) -> Invitation | None:
    """The invitation whose page this session opened, while its link can be used."""
    token = request.session.get(INVITATION_KEY)
    if not token:
        return None
    return Invitation.objects.valid().filter(token=token).select_related("workspace", "invited_by").first()


def mail(invitation: Invitation, request: HttpRequest) -> bool:
    """Sends the link to the invited address; False when the mail server did not take it."""
    context = {"invitation": invitation, "link": invitation_link(invitation, request)}
    workspace = " ".join(invitation.workspace.name.split())  # a header is one line
    subject = f"You are invited to {workspace} on Whereabouts"
    body = render_to_string("accounts/mail/invitation.txt", context)
    try:
        send_mail(subject, body, None, [invitation.email])
    except (SMTPException, OSError) as error:
        logger.warning("The invitation mail was not sent: %s", error)
        return False
    return True
