"""Switching, settings, and having no workspace."""

import pytest
from django.utils import timezone

from accounts.models import Role, User, Workspace
from tests.accounts.conftest import ClientFor
from tests.factories import make_member, make_workspace

SETTINGS = "/settings/"
FORM = {
    "name": "Southlight",
    "country": "DE",
    "language": "de",
    "time_zone": "Europe/Berlin",
    "own_domains": "https://www.southlight.example/shop\nsouthlight.de",
}


def test_it_switches_and_stays_there(sign_in: ClientFor, owner: User, workspace: Workspace) -> None:
    other = make_workspace(name="Client two")
    make_member(other, Role.VIEWER, user=owner)
    client = sign_in(owner)
    response = client.post("/workspaces/switch/", {"workspace": other.pk})
    assert response["Location"] == "/"
    assert "Client two" in client.get("/team/").content.decode()
    assert "Invite someone" not in client.get("/team/").content.decode()


@pytest.mark.parametrize("end", ["foreign", "deleted", "nonsense", "missing"])
def test_it_switches_to_own_workspaces_only(
    sign_in: ClientFor, owner: User, workspace: Workspace, end: str
) -> None:
    foreign = make_workspace(name="Foreign")
    deleted = make_workspace(owner, name="Deleted")
    Workspace.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now())
    value = {"foreign": foreign.pk, "deleted": deleted.pk, "nonsense": "x", "missing": ""}[end]
    client = sign_in(owner)
    assert client.post("/workspaces/switch/", {"workspace": value}).status_code == 404
    assert "workspace" not in client.session


def test_it_does_not_switch_on_get(sign_in: ClientFor, owner: User, workspace: Workspace) -> None:
    assert sign_in(owner).get("/workspaces/switch/").status_code == 405


def test_it_saves_the_settings(sign_in: ClientFor, owner: User, workspace: Workspace) -> None:
    client = sign_in(owner)
    body = client.post(SETTINGS, FORM, follow=True).content.decode()
    assert "The settings are saved." in body
    workspace.refresh_from_db()
    assert (workspace.name, workspace.country, workspace.language) == ("Southlight", "DE", "de")
    assert workspace.time_zone == "Europe/Berlin"
    assert workspace.own_domains == ["southlight.de", "southlight.example"]
    assert "southlight.de\nsouthlight.example" in body


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "This field is required."),
        ("time_zone", "Mars/Olympus", "Select a valid choice."),
        ("country", "XX", "Select a valid choice."),
        ("own_domains", "nonsense", "is not a domain."),
    ],
)
def test_it_says_what_is_wrong_and_saves_nothing(
    sign_in: ClientFor, owner: User, workspace: Workspace, field: str, value: str, sentence: str
) -> None:
    response = sign_in(owner).post(SETTINGS, FORM | {field: value})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    workspace.refresh_from_db()
    assert (workspace.name, workspace.country) == ("Northlight", "US")


@pytest.mark.parametrize("who", ["editor", "viewer"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_it_opens_the_settings_to_owners_only(
    db: None, request: pytest.FixtureRequest, sign_in: ClientFor, workspace: Workspace, who: str, method: str
) -> None:
    client = sign_in(request.getfixturevalue(who))
    response = getattr(client, method)(SETTINGS, FORM)
    assert response.status_code == 403
    assert "Only owners of Northlight can do this." in response.content.decode()
    workspace.refresh_from_db()
    assert workspace.name == "Northlight"


def test_it_leads_on_once_there_is_a_workspace(sign_in: ClientFor, owner: User, workspace: Workspace) -> None:
    assert sign_in(owner).get("/workspaces/none/")["Location"] == "/"
