"""No search lost, none paid twice: the whole app while calls go wrong and its processes are killed.

Real processes, PostgreSQL and the provider simulator with 5 % time-outs after a task was made, 5 % before, 5 %
errors and garbage, 2 % each of the codes 40101, 40103 and 40106, 10 % lost and 10 % duplicate webhooks, and a
list of tasks that lags up to three virtual minutes; every few seconds `kill -9` of web, workers, their parents or
PostgreSQL. Then the same without any of it, and both are compared. Waits are hurried: a second counts for twenty.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from math import ceil
from pathlib import Path
from typing import Any

from monitor.env.reading import CHECKOUT

SLOTS, ENGINES = 4, 2
LOSSES = (
    "searches missing",
    "searches left open",
    "charged again for no reason",
    "told twice",
    "new and never told",
    "pages differ",
    "processes not back",
)


def main() -> None:
    options = _options()
    images = ceil(options.searches / (options.slots * ENGINES))
    calm, storm = (_course(options, images, every) for every in (0.0, options.kill_every))
    losses = _report(options, calm, storm)
    sys.exit(1 if any(losses.values()) else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--searches", type=int, default=2000, help="in the storm (default: %(default)s)")
    parser.add_argument("--slots", type=int, default=SLOTS, help="that they come in (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of pictures, faults and kills")
    parser.add_argument("--kill-every", type=float, default=6.0, help="seconds between kills, about")
    parser.add_argument("--judge", action="store_true", help="found pictures, too: 25,000 take an hour")
    parser.add_argument("--pace", type=int, default=20, help="seconds of waiting that pass within a real one")
    return parser.parse_args()


def _course(options: argparse.Namespace, images: int, kill_every: float) -> Mapping[str, Any]:
    """One run in a process of its own, because the app's settings name one data folder."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "findings.json"
        argv = [sys.executable, "-m", "tests.benchmarks.storm.course", f"--images={images}", f"--out={out}"]
        argv += [f"--slots={options.slots}", f"--seed={options.seed}", f"--kill-every={kill_every}"]
        argv += [f"--pace={options.pace}", f"--judge={int(options.judge)}"]
        subprocess.run(argv, cwd=CHECKOUT, check=True)
        findings: Mapping[str, Any] = json.loads(out.read_text())
        return findings


def _report(
    options: argparse.Namespace, calm: Mapping[str, Any], storm: Mapping[str, Any]
) -> Mapping[str, int]:
    losses = _losses(calm, storm)
    print(f"{'seed ' + str(options.seed):<44}{'calm':>10}{'storm':>10}")
    _row("seconds", round(calm["seconds"]), round(storm["seconds"]))
    _row("kills", sum(calm["struck"].values()), sum(storm["struck"].values()))
    _row("searches planned", sum(calm["ends"].values()), sum(storm["ends"].values()))
    _rows("ended as ", calm["ends"], storm["ends"])
    _rows("because: ", calm["reasons"], storm["reasons"])
    _rows("", calm["charges"], storm["charges"])
    _row("charged by the simulator, USD", calm["dollars"], storm["dollars"])
    _row("in our books, USD", round(calm["booked"], 6), round(storm["booked"], 6))
    for name in ("known", "present", "told"):
        _row(f"pages {name}", len(calm[name]), len(storm[name]))
    for name, number in losses.items():
        _row(f"LOST: {name}" if number else f"{name}", 0, number)
    return losses


def _losses(calm: Mapping[str, Any], storm: Mapping[str, Any]) -> Mapping[str, int]:
    """What must not be, each with its number."""
    open_states = ("planned", "held", "asking", "waiting")
    numbers = (
        sum(calm["ends"].values()) - sum(storm["ends"].values()),
        sum(storm["ends"].get(state, 0) for state in open_states),
        storm["charges"].get("charged again for no reason", 0),
        storm["told_twice"],
        len(_pages(storm["news"]) - _pages(storm["told"])),
        len(_pages(calm["present"]) ^ _pages(storm["present"])),
        storm["struck"].get("not back", 0),
    )
    return dict(zip(LOSSES, numbers, strict=True))


def _pages(pages: list[list[str]]) -> set[tuple[str, ...]]:
    return {tuple(page) for page in pages}


def _rows(prefix: str, calm: Mapping[str, int], storm: Mapping[str, int]) -> None:
    for name in dict.fromkeys([*calm, *storm]):
        _row(f"{prefix}{name}"[:43], calm.get(name, 0), storm.get(name, 0))


def _row(name: str, calm: float, storm: float) -> None:
    print(f"{name:<44}{calm:>10}{storm:>10}")


if __name__ == "__main__":
    main()
