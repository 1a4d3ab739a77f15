"""The page behind an invitation's link."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.invitations import accept, invite
from accounts.models import Invitation, Membership, Role, User, Workspace
from tests.accounts.conftest import ClientFor
from tests.factories import PASSWORD, make_user


@pytest.fixture
def invitation(workspace: Workspace, owner: User) -> Invitation:
    return invite(workspace, "gina@example.com", Role.EDITOR, owner)


@pytest.fixture
def url(invitation: Invitation) -> str:
    return f"/invitations/{invitation.token}/"


@pytest.fixture
def guest(db: None) -> User:
    return make_user("gina@example.com")


def test_it_lets_the_invited_person_join(
    sign_in: ClientFor, guest: User, url: str, workspace: Workspace
) -> None:
    client = sign_in(guest)
    assert "Join the workspace" in client.get(url).content.decode()
    assert not Membership.objects.filter(user=guest).exists()
    assert client.post(url)["Location"] == "/"
    assert Membership.objects.get(user=guest).role == Role.EDITOR
    assert client.session["workspace"] == workspace.pk


def test_it_works_once(sign_in: ClientFor, guest: User, url: str) -> None:
    client = sign_in(guest)
    client.post(url)
    Membership.objects.filter(user=guest).delete()
    for response in (client.get(url), client.post(url)):
        assert response.status_code == 410
        assert "This invitation does not work any more" in response.content.decode()
    assert not Membership.objects.filter(user=guest).exists()


def test_it_says_when_it_was_withdrawn_a_moment_before(
    sign_in: ClientFor, guest: User, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(invitation: Invitation, user: User) -> Membership:
        invitation.delete()
        return accept(Invitation(pk=0), user)

    monkeypatch.setattr("accounts.views.invitations.accept", late)
    assert sign_in(guest).post(url).status_code == 410
    assert not Membership.objects.filter(user=guest).exists()


def test_it_is_for_one_address(sign_in: ClientFor, stranger: User, url: str, workspace: Workspace) -> None:
    client = sign_in(stranger)
    for response in (client.get(url), client.post(url)):
        assert response.status_code == 403
        assert "This invitation is for another address" in response.content.decode()
    assert not Membership.objects.filter(user=stranger, workspace=workspace).exists()


def test_it_leads_a_person_with_an_account_through_the_sign_in(client: Client, guest: User, url: str) -> None:
    body = client.get(url).content.decode()
    assert f"/accounts/login/?next={url}" in body.replace("%2F", "/")
    response = client.post("/accounts/login/", {"login": guest.email, "password": PASSWORD, "next": url})
    assert response["Location"] == url


def test_it_leads_a_new_person_to_make_an_account(client: Client, url: str) -> None:
    assert "/accounts/signup/" in client.get(url).content.decode()
    page = client.get("/accounts/signup/").content.decode()
    assert "You will join the workspace <b>Northlight</b> as editor." in page
    assert "gina@example.com" in page
    assert "Name of the workspace" not in page


def test_it_does_nothing_for_people_not_signed_in(client: Client, guest: User, url: str) -> None:
    client.post(url)
    assert not Membership.objects.filter(user=guest).exists()


@pytest.mark.parametrize("end", ["expired", "withdrawn", "deleted", "unknown"])
def test_it_says_when_it_works_no_more(client: Client, invitation: Invitation, url: str, end: str) -> None:
    if end == "expired":
        Invitation.objects.update(created_at=timezone.now() - timedelta(days=14))
    elif end == "withdrawn":
        invitation.delete()
    elif end == "deleted":
        Workspace.objects.update(deleted_at=timezone.now())
    response = client.get("/invitations/unknown/" if end == "unknown" else url)
    assert response.status_code == 410
    assert "Ask the person who invited you for a new one." in response.content.decode()


def test_it_does_not_open_sign_up_by_an_expired_one(client: Client, invitation: Invitation, url: str) -> None:
    client.get(url)
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=15))
    assert "By invitation only" in client.get("/accounts/signup/").content.decode()
