"""Whether mails leave the house."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django import Settings

from monitor.env import EmailServer
from monitor.pipeline.checkup import mail
from monitor.pipeline.checkup.findings import State
from tests.alerts.smtp import MailServer, mail_server
from tests.pipeline.checkup.conftest import AT, states

ENCRYPTION = "Encryption of mails"
SECRET = "hush-hush-hush"


def use(settings: Settings, port: int, *, host: str = "127.0.0.1", user: str = "", sender: str = "") -> None:
    """Lets the app send through this server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = host, port, 5
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = user, SECRET if user else ""
    settings.EMAIL_CONFIG = EmailServer(
        host=host, port=port, user=user, password=SECRET, starttls=False, ssl=False, sender=sender
    )
    settings.DEFAULT_FROM_EMAIL = sender or "w@shop-a.com"


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        use(settings, server.port)
        yield server


@pytest.mark.parametrize(("public_url", "state"), [("", State.OFF), ("https://shop-a.com", State.WARNING)])
def test_without_a_server_mails_stay_here(settings: Settings, public_url: str, state: State) -> None:
    settings.EMAIL_CONFIG, settings.PUBLIC_URL = None, public_url
    assert states(mail.check(AT)) == {mail.SERVER: state}
    assert mail.send("olga@example.com", AT).state == State.BAD


def test_a_server_that_answers_is_fine_and_gets_no_mail(server: MailServer) -> None:
    assert states(mail.check(AT)) == {mail.SERVER: State.OK, mail.SENDER: State.OK}
    assert not server.mails


def test_a_server_that_hangs_up_is_bad(server: MailServer) -> None:
    server.answers["EHLO"] = "554 go away"
    server.answers["HELO"] = "554 go away"
    finding = mail.check(AT)[0]
    assert finding.state == State.BAD
    assert "go away" in finding.sentence


def test_a_server_that_is_not_there_is_bad(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        use(settings, free.getsockname()[1])
        finding = mail.check(AT)[0]
    assert finding.state == State.BAD
    assert "refused" in finding.sentence


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [("535 no", State.BAD, "name and password"), ("235 welcome", State.OK, "accepts our password")],
)
def test_it_tells_whether_the_password_is_accepted_and_never_shows_it(
    server: MailServer, settings: Settings, answer: str, state: State, words: str
) -> None:
    use(settings, server.port, user="olga")
    server.answers["EHLO"] = "250-fine\r\n250 AUTH PLAIN"
    server.answers["AUTH"] = answer
    finding = mail.check(AT)[0]
    assert finding.state == state
    assert words in finding.sentence
    assert SECRET not in finding.sentence + finding.remedy


@pytest.mark.parametrize(
    "sender", ["w@localhost", "w@example.com", "w@server.local", "w@127.0.0.1", "w@halden.example"]
)
def test_a_sender_that_exists_nowhere_is_bad(server: MailServer, settings: Settings, sender: str) -> None:
    settings.DEFAULT_FROM_EMAIL = f"Whereabouts <{sender}>"
    assert states(mail.check(AT))[mail.SENDER] == State.BAD


def test_it_says_which_records_of_the_domain_keep_mails_out_of_the_spam(
    server: MailServer, settings: Settings
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Whereabouts <w@shop-a.com>"
    finding = next(finding for finding in mail.check(AT) if finding.name == mail.SENDER)
    for words in (
        "shop-a.com allows 127.0.0.1 to send for it (v=spf1",
        "SELECTOR._domainkey.shop-a.com",
        "_dmarc.shop-a.com",
    ):
        assert words in finding.remedy


def test_mail_in_the_open_needs_a_look(server: MailServer, settings: Settings) -> None:
    config = settings.EMAIL_CONFIG
    settings.EMAIL_CONFIG = replace(config, host="mail.shop-a.com")
    assert states(mail.check(AT))[ENCRYPTION] == State.WARNING
    settings.EMAIL_CONFIG = replace(config, host="mail.shop-a.com", starttls=True)
    assert ENCRYPTION not in states(mail.check(AT))


def test_it_sends_one_mail(server: MailServer) -> None:
    finding = mail.send("olga@example.com", AT)
    assert (finding.state, len(server.mails)) == (State.OK, 1)
    assert b"To: olga@example.com" in server.mails[0]
    assert b"21 November 2026, 12:00 UTC" in server.mails[0]


def test_it_says_what_the_server_said_to_the_mail(server: MailServer) -> None:
    server.answers["RCPT"] = "550 no such person"
    finding = mail.send("olga@example.com", AT)
    assert finding.state == State.BAD
    assert "no such person" in finding.sentence
