"""How many searches a second go through posting and collecting, beside a bare httpx loop of the same calls.

All ask the same simulator, which answers at once, in alternating rounds; a first round fills caches and is not
counted. All post the same tasks (a hundred a call, without hooks) and then get each answer by its id.

The loop is what a script would do: one client whose connection is kept, one call after the other, each body read as
JSON and forgotten. Posting and collecting claims searches, writes the ledger, fetches some answers side by side and
keeps their bodies. The whole way also ingests them: writes what is unknown and judges what has changed. Nobody is
given a processor more: simulator, database and contestants share this machine.

Planning the searches and moving the simulator's clock are not timed. An answer has about 33 items in 32 kB, a third
of what Google answers when it has much; all are known from the round before, as most of them are in real life.
"""

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from unittest.mock import patch

import httpx
from django.conf import settings
from django.utils import timezone

from accounts.models import Workspace
from monitor.models import Collection, Provider, Run, Search
from monitor.pipeline import collecting, ingesting, planning, posting
from monitor.simulator.control import Control
from tests import factories
from tests.benchmarks import ground
from tests.benchmarks.pictures import serve_pictures

POST, GET = "/v3/serp/google/search_by_image/task_post", "/v3/serp/google/search_by_image/task_get/advanced/"
AUTH = ("simulator", "simulator")
MARKET = {"location_code": 2840, "language_code": "en"}
LATER = 60.0


@dataclass(kw_only=True)
class Watch:
    """Seconds and processor seconds of this process, for each round that is over."""

    seconds: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)

    def begin(self) -> None:
        """The next round."""
        self.seconds.append(0)
        self.busy.append(0)

    @contextmanager
    def running(self) -> Iterator[None]:
        """A part of the round that counts."""
        seconds, busy = time.perf_counter(), time.process_time()
        yield
        self.seconds[-1] += time.perf_counter() - seconds
        self.busy[-1] += time.process_time() - busy


@dataclass(kw_only=True)
class Contest:
    """Two ways to ask the same questions, and the watches beside them."""

    collection: Collection
    control: Control
    client: httpx.Client
    loop: Watch = field(default_factory=Watch)
    kept: Watch = field(default_factory=Watch)
    ours: Watch = field(default_factory=Watch)
    posts: int = 0
    searches: int = 0

    def run_loop(self, addresses: Sequence[str]) -> None:
        """The bare calls."""
        self.loop.begin()
        starts = range(0, len(addresses), posting.BATCH)
        with self.loop.running():
            ids = [task["id"] for n in starts for task in self._post(addresses[n : n + posting.BATCH])]
        self.control.advance(LATER)
        with self.loop.running():
            for task_id in ids:
                self.client.get(f"{GET}{task_id}").raise_for_status().json()

    def _post(self, addresses: Sequence[str]) -> list[dict[str, Any]]:
        named = [{"image_url": address, "tag": f"loop.{n}"} for n, address in enumerate(addresses)]
        tasks = [{**task, "priority": 1, **MARKET} for task in named]
        made: list[dict[str, Any]] = self.client.post(POST, json=tasks).raise_for_status().json()["tasks"]
        return made

    def run_kept(self) -> None:
        """The same calls by the pipeline, up to the kept bodies."""
        with patch.object(ingesting, "ingest"):
            self._run(self.kept)
        Search.objects.open().update(state=Search.State.SKIPPED)

    def run_ours(self) -> None:
        """The whole way."""
        self._run(self.ours)
        assert not Search.objects.open().exists(), "a search did not end"

    def _run(self, watch: Watch) -> None:
        planning.create_run(self.collection, trigger=Run.Trigger.SCHEDULE, scheduled_for=timezone.now())
        self.searches += Search.objects.open().count()
        watch.begin()
        with watch.running():
            while posting.post_due(timezone.now()):
                self.posts += 1
        self.control.advance(LATER)
        Search.objects.hurry()
        with watch.running():
            while collecting.collect_due(timezone.now()):
                pass


def main() -> None:
    options = _options()
    with (
        ground.own_database(),
        ground.simulator() as url,
        serve_pictures() as pictures,
        Control(url) as control,
        httpx.Client(base_url=url, auth=AUTH, timeout=30, trust_env=False) as client,
    ):
        settings.SIMULATOR_URL, settings.LOCAL_URL = url, ""  # without an address of ours there are no hooks
        addresses = [f"{pictures}/i/{number}.jpg" for number in range(options.searches)]
        contest = Contest(collection=_collection(addresses), control=control, client=client)
        for _ in range(options.rounds + 1):
            contest.run_loop(addresses)
            before = control.ledger()["tasks"]
            contest.run_kept()
            contest.run_ours()
            n_asked = control.ledger()["tasks"] - before
            assert n_asked == 2 * options.searches, "not each search was asked once"
        _report(contest, options.searches)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--searches", type=int, default=300, help="in a round (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="that are measured (default: %(default)s)")
    return parser.parse_args()


def _collection(addresses: Sequence[str]) -> Collection:
    workspace: Workspace = factories.make_workspace(is_demo=True)
    collection = factories.make_collection(workspace)
    factories.make_market(collection, Provider.DATAFORSEO, **MARKET)
    for address in addresses:
        factories.make_image(collection, source_url=address)
    planning.sync_targets(collection, timezone.now())
    return collection


def _report(contest: Contest, searches: int) -> None:
    loop = median(contest.loop.seconds[1:])
    lines = {
        "bare httpx loop": contest.loop,
        "posting and collecting": contest.kept,
        "posting, collecting, ingesting": contest.ours,
    }
    print(f"{'':<34}{'searches/s':>12}{'ratio':>8}{'CPU ms a search':>18}")
    for name, watch in lines.items():
        seconds, busy = median(watch.seconds[1:]), 1000 * median(watch.busy[1:])
        print(f"{name:<34}{searches / seconds:>12.1f}{loop / seconds:>8.2f}{busy / searches:>18.2f}")
    print("Target of the ratio: 0.50. The processor time is that of this process alone.")
    print(f"POST calls a search: {contest.posts / contest.searches:.4f}   target with 100 due: 0.02")
    print(f"Load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
