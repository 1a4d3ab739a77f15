"""New accounts: closed, by invitation, or open."""

from collections.abc import Mapping

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.invitations import invite
from accounts.models import Invitation, Membership, Role, User, Workspace

SIGNUP = "/accounts/signup/"
PERSON = {"name": "Nora", "password1": "a long enough secret", "password2": "a long enough secret"}
PLACE = {"workspace": "Nordic", "country": "NO", "language": "nb", "time_zone": "Europe/Oslo"}


@pytest.fixture
def invitation(workspace: Workspace, owner: User) -> Invitation:
    return invite(workspace, "nora@example.com", Role.EDITOR, owner)


@pytest.mark.parametrize("data", [None, PERSON | PLACE | {"email": "nora@example.com"}])
def test_it_is_closed_by_default(client: Client, db: None, data: Mapping[str, str] | None) -> None:
    response = client.post(SIGNUP, data) if data else client.get(SIGNUP)
    assert "New accounts are made by invitation here." in response.content.decode()
    assert not User.objects.exists()


def test_it_makes_a_workspace_when_sign_up_is_open(client: Client, db: None, settings: Settings) -> None:
    settings.SIGNUP_OPEN = True
    response = client.post(SIGNUP, PERSON | PLACE | {"email": "Nora@example.com"})
    assert response["Location"] == "/"
    membership = Membership.objects.get()
    assert (membership.user.email, membership.user.name) == ("nora@example.com", "Nora")
    assert not membership.user.is_staff
    assert membership.role == Role.OWNER
    assert (membership.workspace.name, membership.workspace.time_zone) == ("Nordic", "Europe/Oslo")


def test_it_makes_nobody_without_a_workspace(client: Client, db: None, settings: Settings) -> None:
    settings.SIGNUP_OPEN = True
    client.post(SIGNUP, PERSON | PLACE | {"email": "nora@example.com", "workspace": ""})
    assert not User.objects.exists()


def test_it_refuses_a_taken_address(client: Client, owner: User, settings: Settings) -> None:
    settings.SIGNUP_OPEN = True
    response = client.post(SIGNUP, PERSON | PLACE | {"email": "OLGA@example.com"})
    assert "An account with this address exists already." in response.content.decode()
    assert User.objects.count() == 1


def test_it_seats_an_invited_person(client: Client, invitation: Invitation) -> None:
    page = client.get(f"/invitations/{invitation.token}/")
    assert SIGNUP in page.content.decode()
    client.post(SIGNUP, PERSON | {"email": "somebody.else@example.com"})
    user = User.objects.get(name="Nora")
    assert user.email == "nora@example.com"
    membership = Membership.objects.get(user=user)
    assert (membership.workspace, membership.role) == (invitation.workspace, Role.EDITOR)
    invitation.refresh_from_db()
    assert invitation.accepted_at
    assert client.session["_auth_user_id"] == str(user.pk)


def test_it_closes_again_when_the_invitation_is_withdrawn(client: Client, invitation: Invitation) -> None:
    client.get(f"/invitations/{invitation.token}/")
    invitation.delete()
    response = client.post(SIGNUP, PERSON)
    assert "New accounts are made by invitation here." in response.content.decode()
    assert User.objects.count() == 1


def test_it_makes_nobody_when_the_invitation_is_used_up_meanwhile(
    client: Client, invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(f"/invitations/{invitation.token}/")
    real = User.save

    def save_and_withdraw(user: User, *args: object, **kwargs: object) -> None:
        real(user)
        Invitation.objects.all().delete()

    monkeypatch.setattr(User, "save", save_and_withdraw)
    response = client.post(SIGNUP, PERSON)
    assert response["Location"] == f"/invitations/{invitation.token}/"
    assert not User.objects.filter(name="Nora").exists()
