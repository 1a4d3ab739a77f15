"""The team's page: who sees and does what."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts.invitations import invite
from accounts.models import Invitation, Membership, Role, User, Workspace
from tests.accounts.conftest import ClientFor, place_of
from tests.factories import make_member


@pytest.fixture
def invitation(workspace: Workspace, owner: User) -> Invitation:
    return invite(workspace, "gina@example.com", Role.VIEWER, owner)


@pytest.mark.parametrize("who", ["owner", "editor", "viewer"])
def test_it_shows_the_members_to_everyone_in_the_workspace(
    db: None, request: pytest.FixtureRequest, sign_in: ClientFor, editor: User, viewer: User, who: str
) -> None:
    body = sign_in(request.getfixturevalue(who)).get("/team/").content.decode()
    assert all(name in body for name in ("Olga", "Eddie", "Vera"))
    assert ("Invite someone" in body) is (who == "owner")
    assert ("Remove" in body) is (who == "owner")


def test_it_shows_nothing_of_other_workspaces(
    sign_in: ClientFor, workspace: Workspace, stranger: User
) -> None:
    body = sign_in(stranger).get("/team/").content.decode()
    assert "Sam" in body
    assert "Olga" not in body


def test_it_shows_links_to_owners_only(
    sign_in: ClientFor, owner: User, editor: User, invitation: Invitation
) -> None:
    assert invitation.token in sign_in(owner).get("/team/").content.decode()
    body = sign_in(editor).get("/team/").content.decode()
    assert invitation.token not in body
    assert "gina@example.com" not in body


def actions(workspace: Workspace, member: User, invitation: Invitation) -> list[tuple[str, dict[str, str]]]:
    pk = place_of(member, workspace).pk
    return [
        ("/team/invite/", {"email": "new@example.com", "role": "viewer"}),
        (f"/team/{pk}/role/", {"role": "owner"}),
        (f"/team/{pk}/remove/", {}),
        (f"/team/invitations/{invitation.pk}/withdraw/", {}),
    ]


@pytest.mark.parametrize("which", range(4))
@pytest.mark.parametrize("who", ["owner", "editor", "viewer", "stranger"])
def test_it_lets_owners_only_change_the_team(
    db: None,
    request: pytest.FixtureRequest,
    sign_in: ClientFor,
    workspace: Workspace,
    invitation: Invitation,
    who: str,
    which: int,
) -> None:
    target = make_member(workspace)
    url, data = actions(workspace, target, invitation)[which]
    client = sign_in(request.getfixturevalue(who))
    response = client.post(url, data)
    expected = {"owner": 302, "editor": 403, "viewer": 403, "stranger": 404}[who]
    if (who, url) == ("stranger", "/team/invite/"):
        assert not Invitation.objects.filter(workspace=workspace, email="new@example.com").exists()
    else:
        assert response.status_code == expected
        assert ("Only owners of Northlight can do this." in response.content.decode()) is (expected == 403)
    assert client.get(url).status_code == 405


def test_it_leaves_everything_as_it_was_when_it_refuses(
    sign_in: ClientFor, workspace: Workspace, editor: User, viewer: User, invitation: Invitation
) -> None:
    client = sign_in(editor)
    for url, data in actions(workspace, viewer, invitation):
        client.post(url, data)
    assert place_of(viewer, workspace).role == Role.VIEWER
    assert list(Invitation.objects.all()) == [invitation]


def test_it_invites_and_says_that_no_mail_is_sent(
    sign_in: ClientFor, owner: User, workspace: Workspace, settings: Settings
) -> None:
    settings.EMAIL_CONFIG = None
    data = {"email": "New@Example.com", "role": "editor"}
    body = sign_in(owner).post("/team/invite/", data, follow=True).content.decode()
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.invited_by) == ("new@example.com", "editor", owner)
    assert "No mail is sent here: pass the link below on yourself." in body
    assert f"http://testserver/invitations/{invitation.token}/" in body
    assert mail.outbox == []


def test_it_mails_the_invitation(
    sign_in: ClientFor, owner: User, workspace: Workspace, settings: Settings
) -> None:
    settings.EMAIL_CONFIG = object()
    data = {"email": "new@example.com", "role": "viewer"}
    body = sign_in(owner).post("/team/invite/", data, follow=True).content.decode()
    assert "The invitation is on its way to new@example.com." in body
    assert Invitation.objects.get().token in str(mail.outbox[0].body)


def test_it_says_when_the_mail_could_not_be_sent(
    sign_in: ClientFor,
    owner: User,
    workspace: Workspace,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(self: object, messages: object) -> int:
        raise ConnectionRefusedError

    settings.EMAIL_CONFIG = object()
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
    data = {"email": "new@example.com", "role": "viewer"}
    body = sign_in(owner).post("/team/invite/", data, follow=True).content.decode()
    assert "The mail to new@example.com could not be sent. Pass the link below on yourself." in body
    assert Invitation.objects.get().token in body


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"email": "nonsense", "role": "viewer"}, "Enter a valid email address."),
        ({"email": "new@example.com", "role": "king"}, "Select a valid choice."),
        ({"email": "Olga@example.com", "role": "viewer"}, "This person is in the workspace already."),
    ],
)
def test_it_says_what_is_wrong_with_an_invitation(
    sign_in: ClientFor, owner: User, workspace: Workspace, data: dict[str, str], sentence: str
) -> None:
    response = sign_in(owner).post("/team/invite/", data)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Invitation.objects.exists()


def test_it_changes_a_role(sign_in: ClientFor, owner: User, workspace: Workspace, viewer: User) -> None:
    url = f"/team/{place_of(viewer, workspace).pk}/role/"
    body = sign_in(owner).post(url, {"role": "editor"}, follow=True).content.decode()
    assert "Vera is now editor." in body
    assert place_of(viewer, workspace).role == Role.EDITOR
    sign_in(owner).post(url, {"role": "king"})
    assert place_of(viewer, workspace).role == Role.EDITOR


def test_it_keeps_the_last_owner(sign_in: ClientFor, owner: User, workspace: Workspace) -> None:
    mine = place_of(owner, workspace)
    for url in (f"/team/{mine.pk}/role/", f"/team/{mine.pk}/remove/"):
        body = sign_in(owner).post(url, {"role": "viewer"}, follow=True).content.decode()
        assert "A workspace keeps at least one owner." in body
    assert place_of(owner, workspace).role == Role.OWNER


def test_it_lets_a_viewer_leave(sign_in: ClientFor, viewer: User, workspace: Workspace) -> None:
    client = sign_in(viewer)
    response = client.post(f"/team/{place_of(viewer, workspace).pk}/remove/")
    assert response["Location"] == "/"
    assert not Membership.objects.filter(user=viewer).exists()
    assert "You have left Northlight." in client.get("/workspaces/none/").content.decode()


def test_it_asks_as_little_of_the_database_for_many_as_for_few(
    sign_in: ClientFor, owner: User, workspace: Workspace
) -> None:
    client = sign_in(owner)

    def fill(start: int) -> None:
        for number in range(start, start + 10):
            make_member(workspace)
            invite(workspace, f"guest{number}@example.com", Role.VIEWER, owner)

    fill(0)
    few = _queries(client)
    fill(10)
    assert _queries(client) == few


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        body = client.get("/team/").content.decode()
    assert re.search(r"guest\d+@example.com", body)
    return len(captured)
