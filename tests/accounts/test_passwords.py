"""Forgotten and changed passwords."""

from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.links import password_link
from accounts.models import User, Workspace
from tests.factories import PASSWORD

RESET = "/accounts/password/reset/"
NEW = "an entirely new secret"


@pytest.fixture
def sends_mail(settings: Settings) -> None:
    settings.EMAIL_CONFIG = object()


def test_it_mails_a_link_that_works_once(client: Client, owner: User, sends_mail: None) -> None:
    response = client.post(RESET, {"email": "Olga@example.com"}, follow=True)
    assert "Look into your mail" in response.content.decode()
    message = mail.outbox[0]
    assert message.to == [owner.email]
    assert message.subject == "Choose a new password for Whereabouts"
    link = next(line for line in str(message.body).splitlines() if line.startswith("http"))
    _choose(client, link)
    owner.refresh_from_db()
    assert owner.check_password(NEW)
    again = client.get(link, follow=True)
    assert "This link does not work any more" in again.content.decode()


def _choose(client: Client, link: str) -> None:
    """Follows a link to the form and fills it in."""
    page = client.get(link, follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})


def test_it_takes_the_public_address_into_the_mail(
    client: Client, owner: User, sends_mail: None, settings: Settings
) -> None:
    settings.PUBLIC_URL = settings.BASE_URL = "https://where.example"
    client.post(RESET, {"email": owner.email})
    assert "https://where.example/accounts/password/reset/key/" in str(mail.outbox[0].body)


def test_it_tells_an_unknown_address_so_by_mail_only(client: Client, db: None, sends_mail: None) -> None:
    response = client.post(RESET, {"email": "nobody@example.com"}, follow=True)
    assert "Look into your mail" in response.content.decode()
    assert "There is no account with this address." in str(mail.outbox[0].body)


def test_it_is_honest_where_no_mail_is_sent(client: Client, owner: User, settings: Settings) -> None:
    settings.EMAIL_CONFIG = None
    for response in (client.get(RESET), client.post(RESET, {"email": owner.email})):
        body = response.content.decode()
        assert "No mail is sent from this installation" in body
        assert "password_link" in body
    assert mail.outbox == []


def test_it_says_when_the_mail_server_fails(
    client: Client, owner: User, sends_mail: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: object, messages: object) -> int:
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
    response = client.post(RESET, {"email": owner.email}, follow=True)
    assert "The mail server did not take our mail." in response.content.decode()


def test_it_limits_how_often_one_address_is_mailed(client: Client, owner: User, sends_mail: None) -> None:
    for _ in range(5):
        client.post(RESET, {"email": owner.email})
    assert client.post(RESET, {"email": owner.email}).status_code == 429
    assert len(mail.outbox) == 5


def test_it_forgets_failed_sign_ins_after_a_reset(client: Client, owner: User) -> None:
    for _ in range(5):
        client.post("/accounts/login/", {"login": owner.email, "password": "wrong"})
    _choose(client, password_link(owner))
    client.post("/accounts/login/", {"login": owner.email, "password": NEW})
    assert client.session["_auth_user_id"] == str(owner.pk)


def test_it_drops_a_link_made_before_the_address_changed(client: Client, owner: User) -> None:
    link = password_link(owner)
    owner.email = "olga@new.example"
    owner.save()
    assert "does not work any more" in client.get(link, follow=True).content.decode()


def test_it_no_longer_signs_in_by_a_former_address(client: Client, owner: User) -> None:
    password_link(owner)  # allauth notes the address aside
    owner.email = "olga@new.example"
    owner.save()
    client.post("/accounts/login/", {"login": "olga@example.com", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


CHANGE = "/accounts/password/change/"


def test_it_changes_a_known_password(client: Client, owner: User, workspace: Workspace) -> None:
    client.force_login(owner)
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    response = client.post(CHANGE, data, follow=True)
    assert response.redirect_chain[-1][0] == "/account/"
    assert "Your password is changed." in response.content.decode()
    owner.refresh_from_db()
    assert owner.check_password(NEW)


def test_it_demands_the_current_password(client: Client, owner: User, workspace: Workspace) -> None:
    client.force_login(owner)
    response = client.post(CHANGE, {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    assert "This is not your current password." in response.content.decode()
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)
