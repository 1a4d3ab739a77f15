"""Signing in and out."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User, Workspace
from tests.factories import PASSWORD, make_user, make_workspace

LOGIN = "/accounts/login/"


def test_it_signs_in_by_address_in_any_case(client: Client, owner: User, workspace: Workspace) -> None:
    response = client.post(LOGIN, {"login": "Olga@Example.com", "password": PASSWORD})
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert client.session["_auth_user_id"] == str(owner.pk)


def test_it_says_when_the_password_is_wrong(client: Client, owner: User) -> None:
    response = client.post(LOGIN, {"login": owner.email, "password": "wrong"})
    assert "The e-mail address or the password is not right." in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_it_answers_alike_for_an_unknown_address(client: Client, db: None) -> None:
    response = client.post(LOGIN, {"login": "nobody@example.com", "password": "wrong"})
    assert "The e-mail address or the password is not right." in response.content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_never_leads_to_another_site(client: Client, owner: User, target: str) -> None:
    response = client.post(LOGIN, {"login": owner.email, "password": PASSWORD, "next": target})
    assert response.status_code == 302
    assert response["Location"] == "/"


def test_it_leads_back_to_the_page_that_was_asked_for(client: Client, owner: User) -> None:
    response = client.post(LOGIN, {"login": owner.email, "password": PASSWORD, "next": "/team/"})
    assert response["Location"] == "/team/"


def test_it_stops_guessing_after_five_failures(client: Client, owner: User) -> None:
    for _ in range(5):
        client.post(LOGIN, {"login": owner.email, "password": "wrong"})
    response = client.post(LOGIN, {"login": owner.email, "password": PASSWORD})
    assert "Too many attempts failed. Wait five minutes, then try again." in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_it_shows_a_page_when_one_machine_asks_too_often(client: Client, db: None) -> None:
    for number in range(30):
        client.post(LOGIN, {"login": f"{number}@example.com"})
    response = client.post(LOGIN, {"login": "one@example.com"})
    assert response.status_code == 429
    assert "Wait a few minutes, then try again." in response.content.decode()


def test_it_signs_out_by_post_only(client: Client, owner: User) -> None:
    client.force_login(owner)
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert "_auth_user_id" in client.session
    response = client.post("/accounts/logout/")
    assert response["Location"] == LOGIN
    assert "_auth_user_id" not in client.session


def test_it_never_leads_to_another_site_when_signing_out(client: Client, owner: User) -> None:
    client.force_login(owner)
    response = client.post("/accounts/logout/", {"next": "https://evil.example/"})
    assert response["Location"] == LOGIN


def test_it_shows_a_switched_off_account_the_reason(client: Client, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    response = client.post(LOGIN, {"login": owner.email, "password": PASSWORD}, follow=True)
    assert "This account is switched off" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_it_tells_how_the_first_account_is_made(client: Client, db: None) -> None:
    assert "first_owner_link" in client.get(LOGIN).content.decode()
    make_user()
    assert "first_owner_link" not in client.get(LOGIN).content.decode()


def test_it_offers_sign_up_only_where_it_is_open(client: Client, owner: User, settings: Settings) -> None:
    assert "/accounts/signup/" not in client.get(LOGIN).content.decode()
    settings.SIGNUP_OPEN = True
    assert "/accounts/signup/" in client.get(LOGIN).content.decode()


@pytest.fixture
def demo_user(db: None) -> User:
    person = make_user("demo@example.com")
    make_workspace(person, is_demo=True)
    return person


def test_it_lets_the_demo_in_while_the_demo_is_open(
    client: Client, demo_user: User, settings: Settings
) -> None:
    settings.DEMO_ALLOWED = True
    client.post(LOGIN, {"login": demo_user.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(demo_user.pk)


def test_it_refuses_the_demo_when_the_app_is_in_the_open(
    client: Client, demo_user: User, settings: Settings
) -> None:
    settings.DEMO_ALLOWED = False
    response = client.post(LOGIN, {"login": demo_user.email, "password": PASSWORD})
    assert "The demo account is open only while" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_it_ends_a_demo_session_begun_before(client: Client, demo_user: User, settings: Settings) -> None:
    settings.DEMO_ALLOWED = False
    client.force_login(demo_user)
    response = client.get("/", follow=True)
    assert "The demo account is open only while" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_it_keeps_a_real_person_who_also_looks_at_the_demo(
    client: Client, demo_user: User, settings: Settings
) -> None:
    settings.DEMO_ALLOWED = False
    make_workspace(demo_user, name="Real")
    client.post(LOGIN, {"login": demo_user.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(demo_user.pk)
