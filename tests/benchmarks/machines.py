"""Several `manage.py work` on one PostgreSQL: each search is asked once, and the shared limits hold over all.

The workers use an account as real ones do, with its limits; the simulator stands in for the providers and refuses
what is over theirs (2,000 calls a minute, 10 a second on Yandex). Each line is a run of the same searches.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from monitor import queue
from monitor.env.reading import CHECKOUT
from monitor.models import CallCount, Collection, Provider, ProviderTask, Run, WorkerNode
from monitor.pipeline import planning
from monitor.simulator.control import Control
from tests import environment, factories
from tests.benchmarks import ground
from tests.benchmarks.pictures import serve_pictures
from tests.system.books import charged_as

LONGEST = 600.0
READY_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a run showed."""

    machines: int
    seconds: float
    once: int
    not_once: int
    busiest_second: int
    refused: int


def main() -> None:
    options = _options()
    with ExitStack() as stack:
        environment.start_server()
        stack.callback(environment.pytest_unconfigure)
        call_command("migrate", verbosity=0)
        simulator = stack.enter_context(ground.simulator())
        pictures = stack.enter_context(serve_pictures())
        control = stack.enter_context(Control(simulator))
        control.set(seconds=1, high_seconds=1)
        settings.HAS_DATAFORSEO = settings.HAS_YANDEX = True
        collection = _collection(options.searches)
        environ = _environ(simulator, pictures)
        lines = [_line(n, collection, control, environ) for n in options.machines]
        connection.close()
    _report(lines, options.searches)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--searches", type=int, default=200, help="half on each engine (default: %(default)s)"
    )
    parser.add_argument("--machines", type=int, nargs="+", default=[1, 2, 3], help="of each run")
    return parser.parse_args()


def _environ(simulator: str, pictures: str) -> dict[str, str]:
    account = {
        "DATAFORSEO_LOGIN": "simulator",
        "DATAFORSEO_PASSWORD": "simulator",
        "DATAFORSEO_URL": simulator,
    }
    yandex = {"YANDEX_FOLDER_ID": "simulator", "YANDEX_API_KEY": "sim-ok", "YANDEX_URL": simulator}
    return {**os.environ, **account, **yandex, "PUBLIC_URL": pictures, "WORKERS": "3"}


def _collection(n_searches: int) -> Collection:
    collection = factories.make_collection()
    factories.make_market(collection, Provider.DATAFORSEO, location_code=2840, language_code="en")
    factories.make_market(collection, Provider.YANDEX, pages=1)
    for _ in range(n_searches // 2):
        factories.make_image(collection)
    planning.sync_targets(collection, timezone.now())
    return collection


def _line(n: int, collection: Collection, control: Control, environ: dict[str, str]) -> Line:
    refused = _refused()
    with _machines(n, environ):
        run = planning.create_run(collection, trigger=Run.Trigger.SCHEDULE, scheduled_for=timezone.now())
        assert run
        queue.nudge_searches()
        start = time.monotonic()
        busiest = _wait(run, control)
        seconds = time.monotonic() - start
    asked = _charged(run, control)
    n_once = sum(number == 1 for number in asked.values())
    return Line(
        machines=n,
        seconds=seconds,
        once=n_once,
        not_once=run.searches.count() - n_once,
        busiest_second=busiest,
        refused=_refused() - refused,
    )


@contextmanager
def _machines(n: int, environ: dict[str, str]) -> Iterator[None]:
    argv = [sys.executable, "manage.py", "work"]
    with (environment.DATA_DIR / "work.log").open("ab") as log:
        workers = [
            subprocess.Popen(argv, env=environ, cwd=CHECKOUT, stdout=log, stderr=log, start_new_session=True)
            for _ in range(n)
        ]
        try:
            _wait_seen(n)
            yield
        finally:
            for worker in workers:
                worker.send_signal(signal.SIGTERM)
            for worker in workers:
                worker.wait()


def _wait_seen(n: int) -> None:
    """Until each machine has done something."""
    since, end = timezone.now(), time.monotonic() + READY_SECONDS
    seen = WorkerNode.objects.filter(seen_at__gte=since)
    while seen.count() < n and time.monotonic() < end:
        queue.nudge_anew()
        time.sleep(0.5)


def _wait(run: Run, control: Control) -> int:
    """Until every search has ended; the most calls that Yandex had within a second."""
    seen: list[tuple[float, int]] = []
    end = time.monotonic() + LONGEST
    while run.searches.open().exists() and time.monotonic() < end:
        seen.append((time.monotonic(), _yandex_calls(control)))
        time.sleep(0.1)
    return max((later - n for at, n in seen for moment, later in seen if 0 < moment - at <= 1.0), default=0)


def _yandex_calls(control: Control) -> int:
    return sum(len(paid) for tag, paid in control.ledger()["charges"].items() if not tag.startswith("wa1."))


def _charged(run: Run, control: Control) -> Counter[int]:
    """How often each search of the run was charged."""
    charges = control.ledger()["charges"]
    asked: Counter[int] = Counter()
    for task in ProviderTask.objects.filter(search__run=run):
        asked[task.search_id] += len(charges.get(charged_as(task.provider, task.tag), []))
    return asked


def _refused() -> int:
    """Calls that a provider has turned away because there were too many."""
    return CallCount.objects.filter(outcome="RateLimited").aggregate(n=Sum("n"))["n"] or 0


def _report(lines: Sequence[Line], searches: int) -> None:
    print(
        f"{'machines':>8}{'searches/s':>12}{'once':>8}{'not once':>10}{'Yandex in a second':>20}{'refused':>9}"
    )
    for line in lines:
        print(
            f"{line.machines:>8}{searches / line.seconds:>12.1f}{line.once:>8}{line.not_once:>10}"
            f"{line.busiest_second:>20}{line.refused:>9}"
        )
    print("Our own limit for Yandex is 5 calls a second over all machines; the provider refuses the 11th.")


if __name__ == "__main__":
    main()
