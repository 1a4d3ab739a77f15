"""Broken files for minutes: labels are counted, crashes and growth told."""

import resource
import time
from collections import Counter
from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path

from monitor import verification
from tests.verification import hostile, scenes

# Growth is told from here on: until then caches and libraries fill.
WARM = 200
PAGE = resource.getpagesize()


def fuzz(minutes: float, seed: int = 1) -> str:
    """A line of labels, crashes and resident memory, after so many minutes."""
    reference = verification.prepare(scenes.encoded(scenes.scene()))
    labels: Counter[str] = Counter()
    crashes: list[str] = []
    start, warm = time.monotonic(), 0.0
    for number, data in enumerate(_files(seed)):
        if time.monotonic() - start > minutes * 60:
            break
        if number == WARM:
            warm = _resident()
        try:
            labels[verification.verify(reference, data).label] += 1
        except Exception as error:  # noqa: BLE001 - that there is none is what is shown
            crashes.append(f"file {number}: {error!r}")
    told = ", ".join(f"{label} {count:,}" for label, count in sorted(labels.items()))
    grown = _resident() - warm if warm else 0.0
    return "\n".join(
        [
            f"{sum(labels.values()):,} broken or odd files in {minutes:g} min: {told}; {len(crashes)} crashes; "
            f"memory {_resident():,.0f} MB, {grown:+,.1f} MB since file {WARM}",
            *crashes[:20],
        ]
    )


def _files(seed: int) -> Iterator[bytes]:
    """Spoiled files without end, each so often one of the corpus."""
    corpus = list(hostile.corpus().values())
    spoiled = hostile.spoiled(seed)
    for odd in chain.from_iterable(repeat(corpus)):
        yield odd
        for _ in range(10):
            yield next(spoiled)


def _resident() -> float:
    """Megabytes of this process in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1024**2
