"""Mails over a real SMTP conversation on loopback."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from monitor.alerts import delivering, links
from monitor.alerts.email import NO_ANSWER, NOT_LET_IN
from monitor.alerts.telling import tell
from monitor.env.links import EmailServer
from monitor.models import Alert, Delivery
from tests.alerts.smtp import MailServer
from tests.alerts.smtp import mail_server as running_server
from tests.alerts.world import A_WEEK, AN_HOUR, START, World, add_follower, pages, settle

NEXT = START + A_WEEK
Outcome = Delivery.Outcome


@pytest.fixture
def server(settings: Settings, mail_server: EmailServer) -> Iterator[MailServer]:
    with running_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 5
        yield server


def send(world: World) -> Delivery:
    """A run with two new matches, told an hour later."""
    world.baseline()
    world.sweep(NEXT, *pages(2))
    settle()
    tell(NEXT + AN_HOUR)
    return Delivery.objects.get(address=world.person.email)


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_mail_arrives_whole(world: World, server: MailServer) -> None:
    world.collection.name = "Кружки"
    world.collection.save()
    delivery = send(world)
    assert (delivery.outcome, delivery.attempts, delivery.sent_at) == (Outcome.SENT, 1, NEXT + AN_HOUR)
    (raw,) = server.mails
    message = read(raw)
    assert message["Subject"].strip() == delivery.subject == "2 new matches: Tidal mug · Кружки, Halden"
    assert message["To"] == "mara@halden.example"
    assert message["From"] == "Whereabouts <w@halden.example>"
    assert message["Message-ID"] == delivery.message_id
    assert message["Date"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/related", "multipart/alternative", "text/plain", "text/html", *["image/jpeg"] * 3,
    ]  # fmt: skip
    assert words_of(message, "plain") == delivery.text.split()
    assert words_of(message, "html") == delivery.html.split()


def words_of(message: EmailMessage, kind: str) -> list[str]:
    """The words of one of the two versions; line ends differ on the wire."""
    body = message.get_body((kind,))
    assert body
    return str(body.get_content()).split()


def test_a_mail_carries_the_one_click_way_out(world: World, server: MailServer) -> None:
    send(world)
    message = read(server.mails[0])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = message["List-Unsubscribe"].strip(" <>")
    assert url.startswith("https://whereabouts.example/unsubscribe/")
    subscription = links.read_token(url.removesuffix("/").rpartition("/")[2])
    assert subscription == links.Subscription(user_id=world.person.pk, collection_id=world.collection.pk)


@pytest.mark.parametrize(
    ("command", "answer", "outcome", "error"),
    [
        ("RCPT", "550 no such user here", Outcome.FAILED,
         "The mail server refused the mail (550 no such user here)."),
        ("RCPT", "451 greylisted", Outcome.WAITING, "The mail server asked to try later (451 greylisted)."),
        ("MAIL", "553 not your sender", Outcome.FAILED,
         "The mail server refused the mail (553 not your sender)."),
        ("BODY", "554 looks like spam", Outcome.FAILED,
         "The mail server refused the mail (554 looks like spam)."),
        ("BODY", "452 disk is full", Outcome.WAITING, "The mail server asked to try later (452 disk is full)."),
        ("MAIL", "drop", Outcome.WAITING, NO_ANSWER),
        ("EHLO", "421 closing", Outcome.WAITING, NO_ANSWER),
    ],
)  # fmt: skip
def test_it_understands_refusals(
    world: World, server: MailServer, command: str, answer: str, outcome: str, error: str
) -> None:
    server.answers[command] = answer
    if command == "EHLO":
        server.answers["HELO"] = answer
    delivery = send(world)
    assert (delivery.outcome, delivery.error) == (outcome, error)
    assert not server.mails


def test_a_bad_password_is_the_operators_to_mend(
    world: World, server: MailServer, settings: Settings
) -> None:
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "x"
    server.answers |= {"EHLO": "250-loopback\r\n250 AUTH PLAIN LOGIN", "AUTH": "535 wrong"}
    delivery = send(world)
    assert (delivery.outcome, delivery.error) == (Outcome.WAITING, NOT_LET_IN)


def test_one_refused_address_does_not_keep_others_from_their_mail(world: World, server: MailServer) -> None:
    colleague = add_follower(world)
    world.person.email = "bad address@halden.example"
    world.person.save()
    refused = send(world)
    assert refused.outcome in (Outcome.FAILED, Outcome.SENT)
    assert Delivery.objects.get(address=colleague.email).outcome == Outcome.SENT


def test_a_server_that_is_away_costs_no_mail_its_chance(
    world: World, server: MailServer, settings: Settings
) -> None:
    add_follower(world)
    settings.EMAIL_PORT = 9
    first = send(world)
    assert (first.outcome, first.attempts, first.error) == (Outcome.WAITING, 0, NO_ANSWER)
    for hours in range(1, 9):
        Delivery.objects.update(next_attempt_at=Now())
        assert not delivering.deliver_due(NEXT + AN_HOUR * hours)
    assert set(Delivery.objects.values_list("outcome", "attempts")) == {(Outcome.WAITING, 0)}


def test_after_five_days_without_a_server_a_mail_is_given_up(
    world: World, server: MailServer, settings: Settings
) -> None:
    settings.EMAIL_PORT = 9
    first = send(world)
    Alert.objects.update(created_at=Now() - timedelta(days=6))
    Delivery.objects.update(next_attempt_at=Now())
    delivering.deliver_due(NEXT + AN_HOUR)
    first.refresh_from_db()
    assert (first.outcome, first.error) == (Outcome.FAILED, NO_ANSWER)


def test_a_farewell_that_fails_sends_nothing_twice(world: World, server: MailServer) -> None:
    server.answers["QUIT"] = "drop"
    assert send(world).outcome == Outcome.SENT
    tell(NEXT + AN_HOUR * 2)
    assert len(server.mails) == 1
