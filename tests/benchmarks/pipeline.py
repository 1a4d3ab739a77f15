"""How many searches a second go through posting and collecting, beside a bare httpx loop of the same calls.

Both ask the same simulator without its delays, in alternating rounds. Ours also claims, writes the ledger, stores
the answers, ingests them and judges what changed; the loop only calls.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import httpx
from django.conf import settings
from django.utils import timezone

from accounts.models import Workspace
from monitor.models import Collection, Provider, Run, Search
from monitor.pipeline import collecting, engines, planning, posting
from monitor.simulator.control import Control
from tests import factories
from tests.benchmarks import ground
from tests.benchmarks.pictures import serve_pictures

POST, GET = "/v3/serp/google/search_by_image/task_post", "/v3/serp/google/search_by_image/task_get/advanced/"
AUTH = ("simulator", "simulator")
LATER = 60.0


@dataclass(kw_only=True)
class Rounds:
    """Seconds of each round, and how many POSTs ours made."""

    ours: list[float] = field(default_factory=list)
    loop: list[float] = field(default_factory=list)
    posts: int = 0


def main() -> None:
    options = _options()
    with (
        ground.own_database(),
        ground.simulator() as url,
        serve_pictures() as pictures,
        Control(url) as control,
    ):
        settings.SIMULATOR_URL, settings.LOCAL_URL = url, pictures
        collection = _collection(options.searches)
        addresses = [engines.address_of(image) for image in collection.images.all()]
        rounds = Rounds()
        for number in range(options.rounds + 1):
            loop = _timed(lambda: _loop(url, addresses, control))
            before = control.ledger()["tasks"]
            ours = _timed(lambda: _ours(collection, control, rounds))
            assert control.ledger()["tasks"] - before == options.searches, "not each search was asked once"
            if number:  # the first round fills caches
                rounds.loop.append(loop)
                rounds.ours.append(ours)
        _report(rounds, options.searches, options.rounds + 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--searches", type=int, default=300, help="in a round (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="that are measured (default: %(default)s)")
    return parser.parse_args()


def _collection(n_images: int) -> Collection:
    workspace: Workspace = factories.make_workspace(is_demo=True)
    collection = factories.make_collection(workspace)
    factories.make_market(collection, Provider.DATAFORSEO, location_code=2840, language_code="en")
    for _ in range(n_images):
        factories.make_image(collection)
    planning.sync_targets(collection, timezone.now())
    return collection


def _ours(collection: Collection, control: Control, rounds: Rounds) -> None:
    planning.create_run(collection, trigger=Run.Trigger.SCHEDULE, scheduled_for=timezone.now())
    while posting.post_due(timezone.now()):
        rounds.posts += 1
    control.advance(LATER)
    Search.objects.hurry()
    while collecting.collect_due(timezone.now()):
        pass
    assert not Search.objects.open().exists(), "a search did not end"


def _loop(url: str, addresses: Sequence[str], control: Control) -> None:
    with httpx.Client(base_url=url, auth=AUTH, timeout=30, trust_env=False) as client:
        starts = range(0, len(addresses), posting.BATCH)
        ids = [task["id"] for n in starts for task in _post(client, addresses[n : n + posting.BATCH])]
        control.advance(LATER)
        for task_id in ids:
            client.get(f"{GET}{task_id}").raise_for_status().json()


def _post(client: httpx.Client, addresses: Sequence[str]) -> list[dict[str, Any]]:
    tasks = [
        {
            "image_url": address,
            "location_code": 2840,
            "language_code": "en",
            "tag": f"loop.{number}",
            "priority": 1,
        }
        for number, address in enumerate(addresses)
    ]
    made: list[dict[str, Any]] = client.post(POST, json=tasks).raise_for_status().json()["tasks"]
    return made


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _report(rounds: Rounds, searches: int, n_rounds: int) -> None:
    ours, loop = median(rounds.ours), median(rounds.loop)
    calls = rounds.posts / (searches * n_rounds)
    print(f"{'':<34}{'searches/s':>12}{'ratio':>8}")
    print(f"{'bare httpx loop':<34}{searches / loop:>12.1f}{1:>8.2f}")
    print(f"{'posting, collecting, ingesting':<34}{searches / ours:>12.1f}{loop / ours:>8.2f}   target: 0.50")
    print(f"POST calls a search: {calls:.4f}   target with 100 due: 0.02")


if __name__ == "__main__":
    main()
