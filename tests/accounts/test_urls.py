"""Every address of people and workspaces: what is routed, and that it obeys the content security policy."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.urls.exceptions import NoReverseMatch
from pytest_django.fixtures import Settings

from accounts.first_owner import first_owner_link
from accounts.invitations import invite
from accounts.links import password_link
from accounts.models import Role, User, Workspace
from accounts.urls import urlpatterns
from tests.accounts.conftest import ClientFor

FOR_ANYONE = [
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
]
FOR_PEOPLE = ["account_logout", "account_change_password", "account", "team", "workspace-settings"]
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.I)


def assert_tidy(body: str) -> None:
    """Nothing inline, one main heading, and a label for each control that people see."""
    assert not INLINE.search(body)
    assert body.count("<h1") == 1
    for control in re.findall(r"<(?:input|select|textarea)[^>]*>", body):
        if "hidden" not in control:
            found = re.search(r'\sid="([^"]+)"', control)
            assert "<label" in body
            assert not found or f'for="{found[1]}"' in body


@pytest.mark.parametrize("name", FOR_ANYONE)
def test_it_shows_strangers_tidy_pages(client: Client, db: None, settings: Settings, name: str) -> None:
    settings.SIGNUP_OPEN = True
    settings.EMAIL_CONFIG = object()
    assert_tidy(client.get(reverse(name)).content.decode())


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_it_shows_members_tidy_pages(
    sign_in: ClientFor, owner: User, workspace: Workspace, viewer: User, name: str
) -> None:
    invite(workspace, "gina@example.com", Role.VIEWER, owner)
    assert_tidy(sign_in(owner).get(reverse(name)).content.decode())


def test_it_shows_tidy_pages_behind_links(client: Client, db: None) -> None:
    link = first_owner_link()
    assert_tidy(client.get(link[link.index("/accounts/") :]).content.decode())


def test_it_shows_a_tidy_page_to_choose_a_password(client: Client, owner: User) -> None:
    link = password_link(owner)
    assert_tidy(client.get(link[link.index("/accounts/") :], follow=True).content.decode())


@pytest.mark.parametrize("name", FOR_PEOPLE[1:])
def test_it_asks_to_sign_in(client: Client, db: None, name: str) -> None:
    assert client.get(reverse(name))["Location"] == f"/accounts/login/?next={reverse(name)}"


@pytest.mark.parametrize(
    "name", ["account_email", "account_set_password", "account_reauthenticate", "account_confirm_login_code"]
)
def test_it_routes_nothing_of_allauth_that_we_do_not_use(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_it_looks_at_every_address_here() -> None:
    """A new address must be added to one of the lists, or have tests of its own."""
    elsewhere = {
        "account_reset_password_from_key",
        "first-owner",
        "invitation",
        "workspace-switch",
        "no-workspace",
        "team-invite",
        "invitation-withdraw",
        "member-role",
        "member-remove",
    }
    assert {pattern.name for pattern in urlpatterns} == {*FOR_ANYONE, *FOR_PEOPLE, *elsewhere}


def test_it_ties_errors_to_their_fields(client: Client, db: None) -> None:
    body = client.post(reverse("account_login"), {"login": "nonsense", "password": ""}).content.decode()
    for field in ("login", "password"):
        described = re.search(rf'name="{field}"[^>]*aria-describedby="([^"]+)"', body)
        assert described
        assert all(f'id="{part}"' in body for part in described[1].split())
    assert 'autocomplete="current-password"' in body
    assert 'autocomplete="email"' in body
