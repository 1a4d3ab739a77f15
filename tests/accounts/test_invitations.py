"""Keeping seats for addresses, and taking them."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail as outgoing
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.invitations import AlreadyMember, InvitationClosed, accept, invite, mail
from accounts.models import INVITATION_LIFE, Invitation, Membership, Role, User, Workspace
from tests.factories import make_user


@pytest.fixture
def guest(db: None) -> User:
    return make_user("gina@example.com", name="Gina")


@pytest.fixture
def invitation(workspace: Workspace, owner: User) -> Invitation:
    return invite(workspace, "Gina@Example.com", Role.EDITOR, owner)


@pytest.fixture
def request_here(settings: Settings) -> HttpRequest:
    settings.PUBLIC_URL = ""
    return RequestFactory().get("/team/")


def test_it_seats_a_person_with_the_role(invitation: Invitation, guest: User) -> None:
    membership = accept(invitation, guest)
    assert (membership.workspace, membership.role) == (invitation.workspace, Role.EDITOR)


def test_it_works_once(invitation: Invitation, guest: User) -> None:
    accept(invitation, guest)
    with pytest.raises(InvitationClosed):
        accept(invitation, make_user())
    assert invitation.workspace.memberships.count() == 2


def test_it_keeps_the_role_of_a_member(invitation: Invitation, owner: User) -> None:
    assert accept(invitation, owner).role == Role.OWNER


@pytest.mark.parametrize(("age", "works"), [(INVITATION_LIFE, False), (timedelta(days=13, hours=23), True)])
def test_it_works_for_fourteen_days(invitation: Invitation, guest: User, age: timedelta, works: bool) -> None:
    invitation.created_at = timezone.now() - age
    invitation.save()
    assert invitation.is_expired is not works
    if works:
        accept(invitation, guest)
    else:
        with pytest.raises(InvitationClosed):
            accept(invitation, guest)
    assert Membership.objects.filter(user=guest).exists() is works


def test_it_leads_nowhere_when_the_workspace_is_deleted(invitation: Invitation, guest: User) -> None:
    Workspace.objects.update(deleted_at=timezone.now())
    with pytest.raises(InvitationClosed):
        accept(invitation, guest)


def test_it_replaces_the_link_when_an_address_is_invited_again(
    invitation: Invitation, workspace: Workspace, owner: User
) -> None:
    again = invite(workspace, "gina@example.com", Role.VIEWER, owner)
    assert (again.pk, again.role) == (invitation.pk, Role.VIEWER)
    assert again.token != invitation.token


def test_it_can_invite_a_person_who_left(
    invitation: Invitation, workspace: Workspace, owner: User, guest: User
) -> None:
    accept(invitation, guest).delete()
    assert invite(workspace, guest.email, Role.VIEWER, owner).pk != invitation.pk


def test_it_does_not_invite_members(workspace: Workspace, owner: User, viewer: User) -> None:
    with pytest.raises(AlreadyMember):
        invite(workspace, "VERA@example.com", Role.OWNER, owner)
    assert not Invitation.objects.exists()


def test_it_mails_the_link(invitation: Invitation, request_here: HttpRequest) -> None:
    assert mail(invitation, request_here)
    message = outgoing.outbox[0]
    assert message.to == ["gina@example.com"]
    assert message.subject == "You are invited to Northlight on Whereabouts"
    assert f"http://testserver/invitations/{invitation.token}/" in str(message.body)
    assert "Olga invites you into the workspace Northlight on Whereabouts, as editor." in str(message.body)


def test_it_mails_names_as_they_are(invitation: Invitation, request_here: HttpRequest) -> None:
    invitation.workspace.name = "Fish & Chips\r\nBcc: all@example.com"
    mail(invitation, request_here)
    assert "Fish & Chips" in str(outgoing.outbox[0].body)
    assert "\n" not in outgoing.outbox[0].subject


def test_it_says_when_the_server_refuses(
    invitation: Invitation, request_here: HttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: object, messages: object) -> int:
        raise SMTPRecipientsRefused({})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    assert not mail(invitation, request_here)
