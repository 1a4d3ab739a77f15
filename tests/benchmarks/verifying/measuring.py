"""Our look at each pair, and the rivals', with the time it takes."""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import cv2

from monitor import verification
from monitor.verification import Label

from . import rivals
from .dataset import Pair

STRICT = (Label.EXACT, Label.MODIFIED)
COPIES = (*STRICT, Label.PROBABLE)


@dataclass(frozen=True, kw_only=True)
class Look:
    """What was said of a pair; `ms` of CPU for ours, distances in bits for the rivals."""

    pair: Pair
    label: Label
    score: float
    ms: float
    dhash: int
    pdq: int

    @property
    def is_strict(self) -> bool:
        return self.label in STRICT


def looks(pairs: Sequence[Pair], workers: int) -> list[Look]:
    """All pairs, in order."""
    if workers == 1:
        return [_look(pair) for pair in pairs]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(_look, pairs, chunksize=32))


def _look(pair: Pair) -> Look:
    cv2.setNumThreads(1)
    start = time.thread_time()
    label, score = verification.verify_files(str(pair.watched), str(pair.candidate))
    taken = (time.thread_time() - start) * 1000
    return Look(
        pair=pair,
        label=Label(label),
        score=score,
        ms=taken,
        dhash=rivals.dhash_distance(pair.watched, pair.candidate),
        pdq=rivals.pdq_distance(pair.watched, pair.candidate),
    )
