"""What the hooks bear: calls of all kinds at a fixed rate against `manage.py web`, nobody waiting for an answer.

Each call begins when its time has come, however long the ones before it take; its time runs from then on. A part
of them are hooks as they should be, for searches that wait; the others are forged, oversized, packed bombs or
malformed. The memory is that of all processes of the server, after a warm-up and at the end.
"""

import argparse
import asyncio
import os
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from tests.benchmarks.flood.calls import Call, Calls
from tests.benchmarks.flood.serving import Use, served, use, waiting_again, waiting_searches

WAITING, WARM_UP_SECONDS, TIMEOUT_SECONDS = 500, 8.0, 10.0  # DataForSEO waits no longer


@dataclass(kw_only=True)
class Answers:
    """Of one kind of call: milliseconds, how many of each status (0: none came), and how many wrong ones."""

    took: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: int = 0


Results = dict[str, Answers]


def main() -> None:
    options = _options()
    with served() as (port, pid):
        tags = waiting_searches(WAITING)
        with waiting_again():
            asyncio.run(_flood(port, Calls(tags, options.seed + 1), options.rate, WARM_UP_SECONDS))
            before = use(pid)
            results = asyncio.run(_flood(port, Calls(tags, options.seed), options.rate, options.seconds))
            after = use(pid)
    _report(results, options.rate, before, after)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rate", type=float, default=200, help="calls a second (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=30, help="how long (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which calls (default: %(default)s)")
    return parser.parse_args()


async def _flood(port: int, calls: Calls, rate: float, seconds: float) -> Results:
    """All calls, each at its own time."""
    planned = [calls.draw() for _ in range(int(rate * seconds))]
    results: Results = defaultdict(Answers)
    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, call in enumerate(planned):
            due = start + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(_call(port, call, due, results[call.kind]))
    return results


async def _call(port: int, call: Call, due: float, answers: Answers) -> None:
    try:
        status = await asyncio.wait_for(_ask(port, call), TIMEOUT_SECONDS)
    except OSError:  # time-outs are such
        status = 0
    answers.took.append(1000 * (time.perf_counter() - due))
    answers.statuses[status] += 1
    answers.wrong += status not in call.right


async def _ask(port: int, call: Call) -> int:
    """The status of the answer; each call has a connection of its own, as those of strangers do."""
    head = [f"{call.method} {call.path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close"]
    head += [f"Content-Length: {len(call.body)}"] if call.method == "POST" else []
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write("\r\n".join([*head, "", ""]).encode() + call.body)
        line = await reader.readline()
    finally:
        writer.close()
    return int(line.split()[1]) if line.startswith(b"HTTP/") else 0


def _report(results: Results, rate: float, before: Use, after: Use) -> None:
    print(
        f"{'at ' + format(rate, '.0f') + ' calls a second':<28}{'n':>6}{'p50 ms':>9}{'p99 ms':>9}  statuses"
    )
    for kind, answers in sorted(results.items()):
        _print_row(kind, answers.took, answers.statuses)
    everything = [took for answers in results.values() for took in answers.took]
    statuses = sum((answers.statuses for answers in results.values()), Counter())
    _print_row("all", everything, statuses)
    print(f"answered otherwise than they should be: {sum(a.wrong for a in results.values())}   target: 0")
    print(f"errors 500: {sum(n for status, n in statuses.items() if status >= 500)}   target: 0")
    print(f"memory of the server: {before.megabytes:.0f} MB before, {after.megabytes:.0f} MB after")
    print(f"CPU of the server: {1000 * (after.seconds - before.seconds) / len(everything):.1f} ms a call")
    print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


def _print_row(kind: str, took: Sequence[float], statuses: Counter[int]) -> None:
    cuts = quantiles(took, n=100, method="inclusive") if len(took) > 1 else [*took] * 99
    listed = ", ".join(f"{status}: {n}" for status, n in sorted(statuses.items()))
    print(f"{kind:<28}{len(took):>6}{cuts[49]:>9.1f}{cuts[98]:>9.1f}  {listed}")


if __name__ == "__main__":
    main()
