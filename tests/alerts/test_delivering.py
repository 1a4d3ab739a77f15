"""Claims, retries and kills: what becomes of a delivery."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db.models import F
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from accounts.models import Membership
from monitor.alerts import delivering, email, following
from monitor.alerts.telling import tell
from monitor.env.links import EmailServer
from monitor.models import Delivery
from tests.alerts.world import A_WEEK, AN_HOUR, START, World, make_world, pages, settle

NEXT = START + A_WEEK
TOLD = NEXT + AN_HOUR
Outcome = Delivery.Outcome


class Down(Exception):
    """Stands for the process being killed."""


def prepare(world: World) -> None:
    world.baseline()
    world.sweep(NEXT, *pages(1))
    settle()


def wait_over() -> None:
    """As if the wait or the lease of every delivery had run out."""
    Delivery.objects.update(next_attempt_at=Now() - timedelta(seconds=1))


def test_without_a_mail_server_the_mail_is_kept(world: World) -> None:
    prepare(world)
    tell(TOLD)
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.error, delivery.sent_at) == (Outcome.KEPT, "", None)
    assert delivery.text
    assert not mail.outbox


def test_what_was_kept_is_not_sent_later(world: World, settings: Settings) -> None:
    prepare(world)
    tell(TOLD)
    settings.EMAIL_CONFIG = object()
    tell(TOLD + AN_HOUR)
    assert not mail.outbox


def test_mail_to_the_demo_person_is_kept(db: None, mail_server: EmailServer) -> None:
    world = make_world(is_demo=True)
    world.person.email = "demo@example.com"
    world.person.save()
    prepare(world)
    tell(TOLD)
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.error) == (Outcome.KEPT, delivering.EXAMPLE_ADDRESS)
    assert not mail.outbox


def test_a_mail_is_sent_once(world: World, mail_server: EmailServer) -> None:
    prepare(world)
    for hours in range(3):
        wait_over()
        tell(TOLD + AN_HOUR * hours)
    assert len(mail.outbox) == 1
    assert Delivery.objects.get().outcome == Outcome.SENT


def test_the_address_is_the_one_of_the_day(world: World, mail_server: EmailServer) -> None:
    following.choose(world.person, world.collection, "daily", NEXT)
    prepare(world)
    tell(TOLD)
    world.person.email = "mara.keller@halden.example"
    world.person.save()
    tell(TOLD + AN_HOUR * 2)
    assert mail.outbox[0].to == ["mara.keller@halden.example"]


def test_it_tries_again_ever_later_and_then_gives_up(
    world: World, mail_server: EmailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(postbox: email.Postbox, message: object) -> None:
        raise email.MailError("Later.")

    monkeypatch.setattr(email.Postbox, "send", refuse)
    prepare(world)
    waits = []
    for _ in range(5):
        tell(TOLD)
        row = Delivery.objects.annotate(wait=F("next_attempt_at") - Now()).get()
        waits.append(round(row.wait.total_seconds() / 60))
        tell(TOLD)
        assert Delivery.objects.get().attempts == row.attempts
        wait_over()
    delivery = Delivery.objects.get()
    assert waits[:4] == [1, 10, 60, 360]
    assert (delivery.outcome, delivery.attempts, delivery.error) == (Outcome.FAILED, 5, "Later.")
    tell(TOLD)
    assert Delivery.objects.get().attempts == 5


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_while_sending_is_tried_again_under_the_same_name(
    world: World, mail_server: EmailServer, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    prepare(world)
    send = email.Postbox.send

    def die(postbox: email.Postbox, message: email.Message) -> None:
        if moment == "after":
            send(postbox, message)
        raise Down

    with monkeypatch.context() as patch, pytest.raises(Down):
        patch.setattr(email.Postbox, "send", die)
        tell(TOLD)
    assert Delivery.objects.get().outcome == Outcome.SENDING
    tell(TOLD)
    assert Delivery.objects.get().outcome == Outcome.SENDING
    wait_over()
    tell(TOLD)
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.attempts) == (Outcome.SENT, 2)
    # The one leaning there is: taken by the server, but not recorded by us.
    assert len(mail.outbox) == (2 if moment == "after" else 1)
    assert {message.extra_headers["Message-ID"] for message in mail.outbox} == {delivery.message_id}


def test_a_mail_that_kills_its_sender_ends_as_failed(world: World, mail_server: EmailServer) -> None:
    prepare(world)
    tell(TOLD - AN_HOUR)
    Delivery.objects.update(outcome=Outcome.SENDING, attempts=5)
    wait_over()
    tell(TOLD)
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.error) == (Outcome.FAILED, delivering.NEVER_FINISHED)


def test_an_attempt_whose_lease_ran_out_records_nothing(world: World, mail_server: EmailServer) -> None:
    prepare(world)
    tell(TOLD - AN_HOUR)
    mine = Delivery.objects.select_related("alert").get()
    Delivery.objects.update(outcome=Outcome.SENDING, attempts=mine.attempts + 1)
    delivering._record(mine, Outcome.FAILED, "Too late.")
    assert Delivery.objects.get().outcome == Outcome.SENDING


@pytest.mark.parametrize(
    "reason", [following.NOT_A_MEMBER, following.TURNED_OFF, following.WORKSPACE_IS_DELETED]
)
def test_a_mail_waiting_for_another_attempt_is_dropped_when_nobody_wants_it(
    world: World, mail_server: EmailServer, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    prepare(world)
    with monkeypatch.context() as patch, pytest.raises(Down):
        patch.setattr(email.Postbox, "send", lambda *args: (_ for _ in ()).throw(Down))
        tell(TOLD)
    if reason == following.NOT_A_MEMBER:
        Membership.objects.all().delete()
    elif reason == following.TURNED_OFF:
        following.choose(world.person, world.collection, "off", TOLD)
    else:
        world.workspace.deleted_at = TOLD
        world.workspace.save()
    wait_over()
    tell(TOLD)
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.error) == (Outcome.DROPPED, reason)
    assert not mail.outbox


def test_when_time_runs_out_it_says_that_more_is_due(world: World, mail_server: EmailServer) -> None:
    prepare(world)
    assert delivering.deliver_due(TOLD, seconds=0.0)
