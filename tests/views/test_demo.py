"""Removing the demo by its owner: asked once, gone at once, and led on to what comes next."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Role, User, Workspace
from monitor.env.demo import is_demo_removed
from tests.accounts.conftest import ClientFor
from tests.factories import make_member, make_user, make_workspace

PATH, SETTINGS = "/settings/demo/remove/", "/settings/"


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.ENV = replace(settings.ENV, data_dir=tmp_path)
    settings.DEMO_ALLOWED = True
    return tmp_path


@pytest.fixture
def person(db: None) -> User:
    person = make_user("demo@example.com", is_staff=True)
    make_workspace(person, name="Halden", is_demo=True)
    return person


@pytest.fixture
def client(person: User, sign_in: ClientFor) -> Client:
    return sign_in(person)


def test_the_settings_of_a_demo_lead_to_it(client: Client) -> None:
    assert PATH in client.get(SETTINGS).content.decode()


def test_the_settings_of_a_real_workspace_do_not(
    sign_in: ClientFor, owner: User, workspace: Workspace
) -> None:
    assert PATH not in sign_in(owner).get(SETTINGS).content.decode()


def test_it_asks_first(client: Client, data_dir: Path) -> None:
    body = client.get(PATH).content.decode()
    assert "Remove the demo?" in body and "“Halden” goes with its images" in body
    assert Workspace.objects.live().exists() and not is_demo_removed(data_dir)


def test_the_only_person_is_led_to_the_first_account(client: Client, data_dir: Path) -> None:
    response = client.post(PATH, follow=True)
    body = response.content.decode()
    assert [path.split("?")[0][:22] for path, _ in response.redirect_chain] == [
        "/",
        "/workspaces/none/",
        "/accounts/first-owner/",
    ]
    assert "The demo is removed" in body and "Make the first account" in body
    assert not Workspace.objects.live().exists() and is_demo_removed(data_dir)


def test_somebody_with_another_workspace_is_led_there(client: Client, person: User) -> None:
    make_workspace(person, name="Northlight")
    response = client.post(PATH, follow=True)
    assert [path for path, _ in response.redirect_chain] == ["/"]
    assert "Northlight" in response.content.decode()


def test_a_guest_of_the_demo_is_told_how_the_first_account_is_made(
    client: Client, person: User, sign_in: ClientFor
) -> None:
    guest = make_member(person.workspaces.get(), Role.EDITOR, user=make_user("anna@brand.test"))
    client.post(PATH)
    assert "first_owner_link" in sign_in(guest).get("/", follow=True).content.decode()


def test_an_operator_without_a_workspace_is_not_led_past_real_owners(
    client: Client, workspace: Workspace
) -> None:
    body = client.post(PATH, follow=True).content.decode()
    assert "You are in no workspace" in body and "first_owner_link" not in body


def test_a_demo_that_is_closed_makes_nobody_the_owner(
    client: Client, person: User, settings: Settings
) -> None:
    """A session of the demo, from before others could reach the app."""
    client.post(PATH)
    settings.DEMO_ALLOWED = False
    response = client.get("/", follow=True)
    assert [path for path, _ in response.redirect_chain] == ["/workspaces/none/"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_real_workspace_has_no_such_page(
    sign_in: ClientFor, owner: User, workspace: Workspace, method: str
) -> None:
    assert getattr(sign_in(owner), method)(PATH).status_code == 404
    assert Workspace.objects.live().get() == workspace


def test_others_of_the_demo_may_not(client: Client, person: User, sign_in: ClientFor) -> None:
    editor = make_member(person.workspaces.get(), Role.EDITOR)
    assert sign_in(editor).post(PATH).status_code == 403
    assert Workspace.objects.live().exists()
