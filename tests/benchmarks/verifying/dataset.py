"""A folder of labelled pairs: manifest.csv with watched, candidate, truth, transform and kind."""

import csv
import random
from dataclasses import dataclass
from pathlib import Path

# Overlaid words that hide much of the picture.
TEXT = ("text", "combo")


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A watched picture, another one, and what people know of the two: exact, modified or similar."""

    watched: Path
    candidate: Path
    truth: str
    transform: str
    kind: str

    @property
    def is_copy(self) -> bool:
        return self.truth != "similar"


def read(folder: Path, every: int = 1) -> list[Pair]:
    """The pairs, or a fixed random one of `every` so many, those of a watched picture together."""
    with (folder / "manifest.csv").open(newline="") as manifest:
        pairs = [_pair(folder, row) for row in csv.DictReader(manifest)]
    if every > 1:
        pairs = random.Random(1).sample(pairs, len(pairs) // every)
    return sorted(pairs, key=lambda pair: str(pair.watched))


def _pair(folder: Path, row: dict[str, str]) -> Pair:
    return Pair(
        watched=folder / row["watched"],
        candidate=folder / row["candidate"],
        truth=row["truth"],
        transform=row["transform"],
        kind=row["kind"],
    )
