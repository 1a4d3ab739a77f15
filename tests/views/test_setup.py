"""The set-up page: for operators, quick at first, whole in the end."""

import re
from datetime import datetime

import pytest
from django.core import mail as outbox
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from monitor.env import EmailServer
from monitor.pipeline.checkup import mail, running
from monitor.pipeline.checkup.findings import Check, Finding, State, bad, ok, warning
from tests.accounts.conftest import ClientFor
from tests.factories import make_image, make_user
from tests.views.counting import queries_of

SLOW = [check.slug for check in running.CHECKS if check.is_slow]
PATHS = ["/setup/", "/setup/summary/", "/setup/disk/"]


@pytest.fixture
def operator(db: None) -> User:
    return make_user("oda@example.com", is_staff=True)


@pytest.fixture
def desk(operator: User, sign_in: ClientFor) -> Client:
    return sign_in(operator)


@pytest.mark.parametrize("path", [*PATHS, "/setup/test-mail/"])
@pytest.mark.parametrize("who", ["owner", "viewer", "stranger"])
def test_it_is_for_operators_only(
    db: None, request: pytest.FixtureRequest, sign_in: ClientFor, path: str, who: str
) -> None:
    client = sign_in(request.getfixturevalue(who))
    assert client.get(path).status_code in (404, 405)
    assert client.post(path).status_code in (404, 405)


@pytest.mark.parametrize("path", PATHS)
def test_it_asks_to_sign_in(client: Client, db: None, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_it_shows_at_once_and_fills_in(desk: Client) -> None:
    page = desk.get("/setup/").content.decode()
    assert re.findall(r'hx-get="/setup/([a-z-]+)/"', page) == ["summary", *SLOW]
    assert "Workers and queue" in page and "No worker is seen" in page
    assert 'href="?all=1"' in page


def test_a_part_stands_alone(desk: Client) -> None:
    part = desk.get("/setup/disk/").content.decode()
    assert part.lstrip().startswith('<section id="disk"')
    assert "hx-get" not in part and "are free" in part


def test_there_are_no_other_parts(desk: Client) -> None:
    assert desk.get("/setup/teeth/").status_code == 404


def test_without_scripts_everything_is_run_at_once(desk: Client) -> None:
    page = desk.get("/setup/?all=1").content.decode()
    assert "hx-get" not in page
    assert 'role="status"' in page
    assert all(f'id="{slug}-h"' in page for slug in SLOW)


def test_what_was_found_a_moment_ago_is_shown_again(desk: Client) -> None:
    desk.get("/setup/disk/")
    page = desk.get("/setup/").content.decode()
    assert 'hx-get="/setup/disk/"' not in page
    assert desk.post("/setup/").headers["Location"] == "/setup/"
    assert 'hx-get="/setup/disk/"' in desk.get("/setup/").content.decode()


def test_checking_again_without_scripts_runs_all(desk: Client) -> None:
    assert desk.post("/setup/", {"all": "1"}).headers["Location"] == "/setup/?all=1"


def test_the_summary_names_what_is_off(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = [
        bad("Server", "Gone.", "Start it."),
        warning("Sender", "Odd.", "Mend it."),
        ok("Rest", "Fine."),
    ]
    check = Check(slug="mail", title="Mail", look=lambda at: findings)
    monkeypatch.setattr(running, "CHECKS", (check,))
    text = desk.get("/setup/summary/").content.decode()
    assert "1 thing is off and 1 needs a look." in text
    assert re.findall(r'href="#mail">(\w+)<', text) == ["Server", "Sender"]


def test_it_judges_its_own_request(desk: Client) -> None:
    page = desk.get("/setup/", headers={"X-Forwarded-For": "203.0.113.9"}).content.decode()
    assert "This page came through a reverse proxy" in page


def test_a_test_mail_goes_to_the_one_who_asks(desk: Client, settings: Settings) -> None:
    settings.EMAIL_CONFIG = EmailServer(
        host="mail.example", port=25, user="", password="", starttls=False, ssl=False, sender="w@shop-a.com"
    )
    page = desk.post("/setup/test-mail/", follow=True).content.decode()
    assert "took a test mail to oda@example.com" in page
    assert [message.to for message in outbox.outbox] == [["oda@example.com"]]


def test_a_test_mail_that_fails_says_why(desk: Client, settings: Settings) -> None:
    settings.EMAIL_CONFIG = None
    page = desk.post("/setup/test-mail/", follow=True).content.decode()
    assert "No mail server is set up" in page and mail.SET_URL in page


def test_test_mails_have_a_limit(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    def send(address: str, at: datetime) -> Finding:
        sent.append(address)
        return ok(mail.SENT, "Sent.")

    monkeypatch.setattr(mail, "send", send)
    for _ in range(3):
        desk.post("/setup/test-mail/")
    assert "test mails a minute are enough" in desk.post("/setup/test-mail/", follow=True).content.decode()
    assert len(sent) == 3


def test_the_number_of_queries_does_not_grow(desk: Client) -> None:
    few = queries_of(desk, "/setup/")
    for _ in range(10):
        make_image()
    assert queries_of(desk, "/setup/") == few


def test_operators_are_led_there(desk: Client, owner: User, sign_in: ClientFor, workspace: object) -> None:
    assert 'href="/setup/"' in desk.get("/setup/").content.decode()
    assert 'href="/setup/"' not in sign_in(owner).get("/").content.decode()


def test_a_state_is_said_in_words(desk: Client) -> None:
    page = desk.get("/setup/").content.decode()
    assert page.count('aria-label="In order"') > 5
    assert State.BAD in page and 'aria-label="Off"' in page
