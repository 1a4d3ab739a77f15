"""One run of a storm, or of the calm that it is compared with: `python -m tests.benchmarks.storm.course`.

1. A workspace is made, and the whole app is started on it as people start it.
2. Slot after slot is planned, each seeing the simulated web a few days further on. The first is calm: it is what
   was known at the start. In the ones that follow calls go wrong and processes are killed. The last is calm too,
   so that both runs end by looking at the same web.
3. What the database and the simulator's ledger hold is written to a file.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import Error, connection
from django.db.models import F
from django.utils import timezone

from monitor import queue
from monitor.alerts import deciding, news
from monitor.models import Collection, Match, Run, Search, Untold
from monitor.pipeline import planning
from tests import environment
from tests.benchmarks.storm.findings import Findings, find
from tests.benchmarks.storm.haste import hurrying
from tests.benchmarks.storm.stage import prepare
from tests.benchmarks.storm.strikes import striking
from tests.system.books import Books
from tests.system.running import App, until

T = TypeVar("T")
WORLD, BETWEEN_SLOTS = datetime(2026, 3, 2, 12, tzinfo=UTC), timedelta(days=3, hours=12)
# So many virtual seconds may pass before id_list shows a task.
LAG = 180
SLOT_SECONDS, TOLD_SECONDS = 1200.0, 240.0


def main() -> None:
    options = _options()
    data_dir = prepare(options.images, options.seed)
    # The same key: what we put into the queue is signed with it.
    settings.VERIFY_AT_ONCE = options.judge
    app = App(data_dir, SECRET_KEY=settings.SECRET_KEY, VERIFY_AT_ONCE=str(options.judge))
    try:
        app.wait_started()
        with Books(app) as books, hurrying(books, options.pace):
            settings.SIMULATOR_URL = books.simulator_url
            findings = _run(app, books, options)
        options.out.write_text(json.dumps(asdict(findings)))
    finally:
        app.interrupt()
        environment.pytest_unconfigure()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, required=True)
    parser.add_argument("--slots", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--kill-every", type=float, default=0.0, help="seconds; 0 is the calm run")
    parser.add_argument("--pace", type=int, required=True, help="virtual seconds in a real one")
    parser.add_argument("--judge", type=int, default=0, help="found pictures that are judged at once")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def _run(app: App, books: Books, options: argparse.Namespace) -> Findings:
    start = time.monotonic()
    books.control.set(limits=False, seconds=2, high_seconds=1)
    _slot(books, 0)
    with _storm(app, books, options) as struck:
        for number in range(1, options.slots + 1):
            _slot(books, number)
    books.control.set_faults([])
    _slot(books, options.slots + 1)
    surely(_wait_no_more_for_pictures)
    is_told = until(lambda: not surely(_untold), TOLD_SECONDS, pause=1.0)
    return surely(lambda: find(books, struck, is_told=is_told, seconds=time.monotonic() - start))


@contextmanager
def _storm(app: App, books: Books, options: argparse.Namespace) -> Iterator[Mapping[str, int]]:
    if not options.kill_every:
        yield Counter()
        return
    books.control.set_faults([{"seed": options.seed}, *faults(options.pace)])
    with striking(app, options.kill_every, options.seed) as struck:
        yield struck


def faults(pace: int) -> Sequence[Mapping[str, Any]]:
    """What goes wrong with how many calls or tasks."""
    calls = {
        "timeout_after": 0.05,
        "timeout_before": 0.05,
        "http 503": 0.02,
        "truncated": 0.015,
        "html": 0.015,
    }
    tasks = {"code 40101": 0.02, "code 40103": 0.02, "code 40106": 0.02}
    hooks = {"lost_webhook": 0.1, "duplicate_webhook": 0.1, f"id_list_lag 0-{LAG // pace}": 1.0}
    return [{"do": do, "share": share} for kinds in (calls, tasks, hooks) for do, share in kinds.items()]


def _slot(books: Books, number: int) -> None:
    """Plans a run of everything and waits until each of its searches has ended."""
    books.control.set(world=(WORLD + number * BETWEEN_SLOTS).isoformat())
    slot = timezone.now()
    surely(lambda: _plan(slot))
    until(lambda: not surely(Search.objects.open().exists), SLOT_SECONDS, pause=0.5)


def _plan(slot: datetime) -> None:
    collection = Collection.objects.get()
    planning.create_run(collection, trigger=Run.Trigger.SCHEDULE, scheduled_for=slot)
    queue.nudge_anew()


def _wait_no_more_for_pictures() -> None:
    """As if the time that a run's mails wait for them were over."""
    untold = Search.objects.filter(run__told_at=None)
    untold.update(ended_at=F("ended_at") - deciding.PICTURES_MAY_TAKE)


def _untold() -> bool:
    """Where pictures are judged, a match may be told after its run."""
    unjudged = Match.objects.filter(method_version=0, known_at_start=False)
    is_judging = news.is_judging() and (unjudged.exists() or Untold.objects.filter(is_due=True).exists())
    return is_judging or Run.objects.filter(told_at=None).exists()


def surely(ask: Callable[[], T]) -> T:
    """Asks until the server answers: it may just have been killed."""
    while True:
        try:
            return ask()
        except Error:
            connection.close()
            time.sleep(0.5)


if __name__ == "__main__":
    main()
