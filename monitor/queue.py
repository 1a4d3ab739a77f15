"""The queue says "go and look" and nothing else; the only file that knows django-q.

Our broker differs from the stock one in two ways that were measured to matter: it takes the oldest message
first with SKIP LOCKED, and its pusher ends when its parent is gone (a killed sentinel leaves no thief behind).
Our sentinel differs in one: it does not replace a killed child, it ends the cluster, and `manage.py work` starts
another.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from multiprocessing import Process
from time import sleep
from typing import Any, ClassVar

from django.core.management import call_command
from django.db import Error, connection, transaction
from django.utils import timezone
from django_q import cluster
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import Schedule, Task
from django_q.tasks import async_task

from monitor import heartbeat
from monitor.models import Nudge, WorkerNode

STALE_NUDGE_SECONDS = 60
SEARCHING = ("pump", "walk")  # Google's hops, Yandex's pages
EVERYTHING = (*SEARCHING, "fetch", "tell")

_gathered: ContextVar[set[tuple[Any, ...]] | None] = ContextVar("gathered", default=None)


class Broker(ORM):  # type: ignore[misc]  # django-q has no types
    """FIFO with SKIP LOCKED; the message stays locked for `retry` seconds and is deleted when done."""

    _parents: ClassVar[dict[int, int]] = {}

    def dequeue(self) -> list[tuple[int, str]] | None:
        self._leave_when_orphaned()
        heartbeat.beat(heartbeat.POLLED)
        taken = self._take()
        if not taken:
            sleep(Conf.POLL)
            return None
        heartbeat.beat(heartbeat.HANDED)
        return taken

    def acknowledge(self, task_id: int) -> None:
        heartbeat.beat(heartbeat.FINISHED)
        super().acknowledge(task_id)

    def fail(self, task_id: int) -> None:
        heartbeat.beat(heartbeat.FINISHED)
        super().fail(task_id)

    def _leave_when_orphaned(self) -> None:
        parent = self._parents.setdefault(os.getpid(), os.getppid())
        if os.getppid() != parent:
            os._exit(1)

    def _take(self) -> list[tuple[int, str]]:
        with transaction.atomic():
            rows = list(
                self.get_connection()
                .filter(key=self.list_key, lock__lt=timezone.now())
                .order_by("lock", "id")
                .select_for_update(skip_locked=True)[: Conf.BULK]
            )
            for row in rows:
                row.lock = self.timeout(row)
                row.save(update_fields=["lock"])
        return [(row.pk, row.payload) for row in rows]


class Sentinel(cluster.Sentinel):  # type: ignore[misc]  # django-q has no types
    """The parent of the workers.

    A child that was killed may have held a lock of the queues that all others now wait for. Only a fresh cluster is
    surely free of it; tasks that were under way are safe to repeat.
    """

    def reincarnate(self, process: Process) -> None:
        if (process.exitcode or 0) < 0:
            os._exit(1)
        super().reincarnate(process)


def run_cluster() -> None:
    """The workers of this machine, until SIGTERM."""
    with suppress(Error):  # the cluster itself waits for a server that is just being started again
        nudge_anew()
    # A connection opened before the workers are forked would be shared with them.
    connection.close()
    cluster.Sentinel = Sentinel
    call_command("qcluster")


def nudge(name: str, *args: int) -> None:
    """After the commit, asks the workers to run `monitor.tasks.<name>` once; repeats while it waits are dropped.

    Losing a nudge costs a minute at most, because the tick nudges everything again.
    """
    gathered = _gathered.get()
    if gathered is not None:
        transaction.on_commit(lambda: gathered.add((name, *args)))
    else:
        transaction.on_commit(lambda: _enqueue(name, *args))


@contextmanager
def gathering() -> Iterator[None]:
    """Within it equal nudges are held back and said once at its end, whatever becomes of it."""
    gathered: set[tuple[Any, ...]] = set()
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
        for nudged in sorted(gathered):
            nudge(*nudged)


def nudge_searches() -> None:
    """There is something to ask an engine."""
    for name in SEARCHING:
        nudge(name)


def _enqueue(name: str, *args: int) -> None:
    key = ":".join([name, *map(str, args)])
    if _is_waiting(key):
        return
    sql = """INSERT INTO monitor_nudge (name, queued_at) VALUES (%s, clock_timestamp())
             ON CONFLICT (name) DO UPDATE SET queued_at = clock_timestamp()
             WHERE monitor_nudge.queued_at < clock_timestamp() - make_interval(secs => %s)
             RETURNING name"""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [key, STALE_NUDGE_SECONDS])
        if cursor.fetchone():
            async_task(f"monitor.tasks.{name}", *args)


def _is_waiting(key: str) -> bool:
    """Only a look: most nudges repeat one that waits, and need not write."""
    sql = """SELECT FROM monitor_nudge
             WHERE name = %s AND queued_at >= clock_timestamp() - make_interval(secs => %s)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [key, STALE_NUDGE_SECONDS])
        return cursor.fetchone() is not None


def nudge_anew() -> None:
    """Asks for every kind of work, whatever seems to wait: a killed cluster takes along the nudges that it held."""
    Nudge.objects.all().delete()
    for name in EVERYTHING:
        nudge(name)


def started(name: str, *args: int) -> None:
    """A worker has begun on a nudge: from now on a new one may be queued."""
    key = ":".join([name, *map(str, args)])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM monitor_nudge WHERE name = %s", [key])
    touch_worker()


def touch_worker() -> None:
    """Notes that this cluster is alive; `manage.py work` replaces one that falls silent."""
    name = os.environ.get("WORKER_NAME", "")
    if name:
        WorkerNode.objects.update_or_create(
            name=name, defaults={"seen_at": timezone.now(), "pid": os.getppid()}
        )


def ensure_schedule() -> None:
    """The one schedule that users never see: look around each minute."""
    defaults: dict[str, Any] = {
        "func": "monitor.tasks.tick",
        "schedule_type": Schedule.MINUTES,
        "minutes": 1,
        "repeats": -1,
    }
    Schedule.objects.update_or_create(name="tick", defaults=defaults)


def forget(before: datetime) -> int:
    """Removes what the queue noted of tasks that failed before a moment; returns how many there were."""
    return int(Task.objects.filter(stopped__lt=before).delete()[0])
