"""How well answers are kept: ingest, log and bytes a search, diffs, pages, sums and CSV, each beside a plain way.

The quick default takes a minute. `--full` measures at 200,000 searches and a million matches; it needs about 10 GB
of disk for a while. Everything happens in a database of its own, with PostgreSQL's default durability.
"""

import argparse

from tests import environment
from tests.benchmarks import ground
from tests.benchmarks.storing import csvs, ingesting, reading, report, seeding


def main() -> None:
    options = _options()
    environment.server.durable = True
    with ground.own_database():
        figures = ingesting.against_rivals(options.targets, options.rounds)
        figures += ingesting.bytes_a_search(options.grown_targets, options.runs)
        world = seeding.seed(options.searches, options.matches)
        figures += [*reading.figures(world), *csvs.figures(world)]
        print(report.table(figures))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--targets", type=int, default=30, help="whose answers are written each way (default: %(default)s)")
    add("--rounds", type=int, default=6, help="that are measured (default: %(default)s)")
    add("--runs", type=int, default=365, help="daily ones, for the bytes a search (default: %(default)s)")
    add("--grown-targets", type=int, default=2, help="that are asked in them (default: %(default)s)")
    add("--searches", type=int, default=4_000, help="in the large workspace (default: %(default)s)")
    add("--matches", type=int, default=20_000, help="in the large workspace (default: %(default)s)")
    add("--full", action="store_true", help="200,000 searches and a million matches")
    options = parser.parse_args()
    if options.full:
        options.searches, options.matches = 200_000, 1_000_000
    return options


if __name__ == "__main__":
    main()
