"""The queue says "go and look": equal nudges wait once, messages are taken once and in order."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from monitor import queue
from monitor.models import Nudge, WorkerNode
from monitor.queue import Broker

pytestmark = pytest.mark.django_db(transaction=True)


def test_equal_nudges_wait_once() -> None:
    for _ in range(3):
        queue.nudge("pump")
    queue.nudge("fetch")
    assert (OrmQ.objects.count(), Nudge.objects.count()) == (2, 2)


def test_gathered_nudges_are_said_once_at_the_end() -> None:
    with queue.gathering():
        for _ in range(3):
            queue.nudge("fetch")
        assert not Nudge.objects.exists()
    assert [nudge.name for nudge in Nudge.objects.all()] == ["fetch"]
    with pytest.raises(ZeroDivisionError), queue.gathering():
        queue.nudge("tell")
        raise ZeroDivisionError
    assert Nudge.objects.count() == 2


def test_a_started_one_may_be_nudged_again() -> None:
    queue.nudge("pump")
    queue.started("pump")
    queue.nudge("pump")
    assert OrmQ.objects.count() == 2


def test_a_nudge_that_got_lost_is_replaced_after_a_minute() -> None:
    queue.nudge("pump")
    OrmQ.objects.all().delete()
    Nudge.objects.update(queued_at="2026-01-01T00:00:00Z")
    queue.nudge("pump")
    assert OrmQ.objects.count() == 1


def test_a_new_cluster_asks_for_what_a_killed_one_held() -> None:
    queue.nudge("pump")
    Broker(list_key=OrmQ.objects.values_list("key", flat=True)[0]).dequeue()
    queue.nudge_anew()
    waiting = OrmQ.objects.filter(lock__lte=timezone.now())
    assert sorted(message.task["func"] for message in waiting) == [
        "monitor.tasks.fetch",
        "monitor.tasks.pump",
        "monitor.tasks.tell",
        "monitor.tasks.walk",
    ]


def test_nothing_is_queued_by_a_transaction_that_fails() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue.nudge("pump")
        raise ZeroDivisionError
    assert OrmQ.objects.count() == 0


def test_the_broker_takes_the_oldest_first_and_locks_it() -> None:
    for name in ("pump", "fetch", "tell"):
        queue.nudge(name)
    broker = Broker(list_key=OrmQ.objects.values_list("key", flat=True)[0])
    ids = list(OrmQ.objects.order_by("id").values_list("id", flat=True))
    taken = [broker.dequeue() for _ in range(3)]
    assert [batch[0][0] for batch in taken if batch] == ids
    assert broker.dequeue() is None


def test_two_clusters_never_take_the_same_message() -> None:
    for number in range(40):
        queue.nudge("pump", number)
    key = OrmQ.objects.values_list("key", flat=True)[0]
    taken: list[int] = []

    def drain() -> None:
        while batch := Broker(list_key=key).dequeue():
            taken.extend(pk for pk, _ in batch)
        connections.close_all()

    run_all([drain, drain, drain])
    assert sorted(taken) == sorted(OrmQ.objects.values_list("id", flat=True))


def test_there_is_one_schedule() -> None:
    queue.ensure_schedule()
    queue.ensure_schedule()
    assert list(Schedule.objects.values_list("name", "func", "minutes")) == [
        ("tick", "monitor.tasks.tick", 1)
    ]


def test_a_worker_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    queue.touch_worker()
    assert not WorkerNode.objects.exists()
    monkeypatch.setenv("WORKER_NAME", "host-1")
    queue.touch_worker()
    queue.touch_worker()
    assert WorkerNode.objects.get().name == "host-1"


def run_all(works: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
