"""`manage.py web`, as people start it, on a database with searches that wait for a hook."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from monitor.embedded.processes import PROC
from monitor.env.reading import CHECKOUT
from monitor.models import Provider, ProviderTask, Search
from monitor.pipeline.tags import new_tag
from tests import environment, factories
from tests.system.proc import family_of
from tests.system.running import free_port, until

START_SECONDS = 60.0


@contextmanager
def served() -> Iterator[tuple[int, int]]:
    """The port of the web server and the id of its first process; its database is gone afterwards."""
    environment.start_server()
    try:
        call_command("migrate", verbosity=0)
        port = free_port()
        environ = dict(os.environ) | {"PORT": str(port)}
        argv = [sys.executable, "manage.py", "web"]
        process = subprocess.Popen(argv, cwd=CHECKOUT, env=environ, stderr=subprocess.DEVNULL)
        try:
            assert until(lambda: _is_healthy(port), START_SECONDS), "The web server did not start."
            yield port, process.pid
        finally:
            process.terminate()
            process.wait()
    finally:
        connection.close()
        environment.pytest_unconfigure()


def _is_healthy(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/", timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@dataclass(frozen=True, kw_only=True)
class Use:
    """Of a process and all below it: resident megabytes (shared pages counted in each), CPU seconds so far."""

    megabytes: float
    seconds: float


def use(pid: int) -> Use:
    family = [PROC / str(each) for each in family_of(pid)]
    return Use(
        megabytes=sum(_resident(place) for place in family) / 1024,
        seconds=sum(_cpu(place) for place in family),
    )


def _resident(place: Path) -> int:
    lines = (place / "status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])


def _cpu(place: Path) -> float:
    user, system = (place / "stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def waiting_searches(n: int) -> list[str]:
    """Tags of so many searches that wait for the engine."""
    collection = factories.make_collection()
    run, image = factories.make_run(collection), factories.make_image(collection)
    searches = [
        factories.make_search(
            factories.make_target(image, location_code=code),
            run,
            state=Search.State.WAITING,
            not_before=Now(),
        )
        for code in range(n)
    ]
    tasks = [
        ProviderTask(
            search=search,
            workspace=collection.workspace,
            provider=Provider.DATAFORSEO,
            tag=new_tag(search.pk),
            state=ProviderTask.State.ACCEPTED,
            posted_at=timezone.now(),
        )
        for search in searches
    ]
    return [task.tag for task in ProviderTask.objects.bulk_create(tasks)]


@contextmanager
def waiting_again() -> Iterator[None]:
    """Lets them wait anew each second, so that every hook has something to do."""
    is_over = threading.Event()
    thread = threading.Thread(target=_let_wait, args=(is_over,))
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _let_wait(is_over: threading.Event) -> None:
    with connection.cursor() as cursor:
        while True:
            cursor.execute("UPDATE monitor_search SET not_before = now() + interval '1 hour'")
            if is_over.wait(1.0):
                break
    connection.close()
