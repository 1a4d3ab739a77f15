"""What the simulated web calls a copy or a look-alike is one to our own eyes, too: over the demo's own pictures."""

from collections import Counter
from io import BytesIO

import pytest
from PIL import Image

from monitor import verification
from monitor.management.demo import brand
from monitor.simulator.web.painting import Picture, paint, size_of
from monitor.simulator.web.recipes import MOST, THUMBNAIL, VERSIONS, WAYS, Recipe

Seen = Counter[tuple[str, str, str]]  # by way, truth and verdict


@pytest.fixture(scope="module")
def seen() -> Seen:
    """Each picture in each way, by turns as a host shows it and as Google does."""
    contents = [picture.read() for picture in brand.PICTURES]
    pictures = [Image.open(BytesIO(content)).convert("RGB") for content in contents]
    found: Seen = Counter()
    for number, content in enumerate(contents):
        ours = verification.prepare(content)
        others = pictures[number + 1 :] + pictures[:number]
        for turn, (letter, way) in enumerate(WAYS.items()):
            limit = (MOST, THUMBNAIL)[(number + turn) % 2]
            jpeg = painted(pictures[number], Recipe(letter=letter, version=number % VERSIONS), limit, others)
            found[way.name, way.truth, verification.verify(ours, jpeg).label.value] += 1
    return found


def painted(source: Picture, recipe: Recipe, limit: int, others: list[Picture]) -> bytes:
    return paint(source, size_of(recipe, source.size, limit), recipe, lambda count: others[:count])


def test_copies_are_called_what_they_are(seen: Seen) -> None:
    copies = {key: count for key, count in seen.items() if key[1] in ("exact", "modified")}
    wrong = {key: count for key, count in copies.items() if key[1] != key[2]}
    assert sum(wrong.values()) <= 0.05 * sum(copies.values()), wrong


def test_no_lookalike_is_called_a_copy(seen: Seen) -> None:
    verdicts = {verdict for _, truth, verdict in seen if truth == "similar"}
    assert verdicts <= {"similar", "unverifiable"}


def test_nothing_is_said_of_what_is_too_small_or_too_plain(seen: Seen) -> None:
    assert {verdict for _, truth, verdict in seen if truth == "unverifiable"} == {"unverifiable"}
