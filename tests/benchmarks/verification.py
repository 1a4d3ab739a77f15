"""How well found pictures are known again: recall and precision by what was done to them, beside plain hashes.

Takes any folder with a manifest.csv (watched, candidate, truth, transform, kind; truth is exact, modified or
similar). `--fuzz MINUTES` needs no folder: it looks at broken files for so long.
"""

import argparse
from pathlib import Path

from tests.benchmarks.verifying import dataset, fuzzing, measuring, tables


def main() -> None:
    options = _options()
    if options.fuzz:
        print(fuzzing.fuzz(options.fuzz))
    if options.folder:
        print(tables.tell(measuring.looks(dataset.read(options.folder, options.every), options.workers)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("folder", type=Path, nargs="?", help="of labelled pairs")
    add("--workers", type=int, default=1, help="processes (default: %(default)s)")
    add("--every", type=int, default=1, help="take every n-th pair (default: %(default)s)")
    add("--fuzz", type=float, default=0, metavar="MINUTES", help="of broken files")
    options = parser.parse_args()
    if not (options.folder or options.fuzz):
        parser.error("Name a folder of labelled pairs, or --fuzz MINUTES.")
    return options


if __name__ == "__main__":
    main()
