"""Two workers that tell at the same moment, on the real database."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core import mail
from django.db import connection, transaction

from accounts.models import User
from monitor.alerts import deciding, delivering, digests
from monitor.alerts.telling import tell
from monitor.env.links import EmailServer
from monitor.models import Alert, Delivery, Follow, Run
from tests.alerts.world import A_WEEK, AN_HOUR, START, World, add_follower, make_world, pages, settle, told_to

pytestmark = pytest.mark.django_db(transaction=True)
NEXT = START + A_WEEK


def at_once(*tasks: Callable[[], object]) -> None:
    """Runs the tasks in threads that start together, each on its own connection; errors are raised here."""
    barrier, errors = threading.Barrier(len(tasks)), list[BaseException]()

    def run(task: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=10)
            task()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not errors


def deliver_apart(at: datetime) -> None:
    """Delivers on a connection of its own."""
    delivering.deliver_due(at)
    connection.close()


def prepare() -> tuple[World, list[User]]:
    world = make_world()
    people = [world.person, *(add_follower(world, Follow.Frequency.DAILY) for _ in range(3))]
    world.baseline()
    for minute in range(3):
        world.sweep(NEXT + AN_HOUR / 60 * minute, *pages(2 + minute))
    settle()
    return world, people


def test_two_tellers_tell_once(mail_server: EmailServer) -> None:
    _, people = prepare()
    at_once(*[lambda: tell(NEXT + AN_HOUR)] * 4)
    at_once(*[lambda: tell(NEXT + AN_HOUR * 3)] * 4)
    assert not Run.objects.filter(told_at=None).exists()
    for person in people:
        assert told_to(person) == pages(4)
    assert not Delivery.objects.exclude(outcome=Delivery.Outcome.SENT).exists()
    assert len(mail.outbox) == Delivery.objects.count() == 3 + 3
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 6


def test_runs_of_one_collection_are_decided_at_once_without_harm(mail_server: EmailServer) -> None:
    _, people = prepare()
    runs = list(Run.objects.select_related("collection__workspace"))
    at_once(*[lambda run=run: deciding.decide(run, NEXT + AN_HOUR) for run in runs])
    assert Alert.objects.filter(kind=Alert.Kind.DIGEST).count() == 3
    assert all(told_to(person) == pages(4) for person in people)


def test_a_digest_that_is_being_added_to_is_not_closed_meanwhile(mail_server: EmailServer) -> None:
    world, people = prepare()
    tell(NEXT + AN_HOUR)
    follow = Follow.objects.select_related("user").get(user=people[1])
    sender = threading.Thread(target=deliver_apart, args=[NEXT + AN_HOUR * 3])
    with transaction.atomic():
        digest = digests.open_digest(follow, world.collection.runs.all()[0], NEXT + AN_HOUR)
        sender.start()
        sender.join(timeout=0.5)
        assert Alert.objects.get(pk=digest.pk).closed_at is None
    sender.join(timeout=30)
    assert Alert.objects.get(pk=digest.pk).closed_at == NEXT + AN_HOUR * 3
