"""Pictures of the simulated web, made from an original."""

import io
from collections.abc import Sequence

import pytest
from PIL import Image

from monitor.imaging import normalise
from monitor.simulator.web.painting import Picture, paint, size_of
from monitor.simulator.web.recipes import MOST, VERSIONS, WAYS, Recipe
from tests.simulator.hosting import drawing

SIZE = (900, 600)


def original(size: tuple[int, int] = SIZE) -> Picture:
    return Image.open(io.BytesIO(drawing(size=size))).convert("RGB")


def recipe(way: str, version: int = 0) -> Recipe:
    letter = next(letter for letter, known in WAYS.items() if known.name == way)
    return Recipe(letter=letter, version=version)


def painted(one: Recipe, limit: int = MOST, others: Sequence[Picture] = ()) -> bytes:
    source = original()
    return paint(source, size_of(one, source.size, limit), one, lambda count: others[:count])


def distance(one: bytes, other: bytes) -> int:
    return (normalise(one).dhash ^ normalise(other).dhash).bit_count()


@pytest.mark.parametrize("letter", WAYS)
@pytest.mark.parametrize("limit", [MOST, 256])
def test_it_paints_every_way_in_the_size_it_says(letter: str, limit: int) -> None:
    for version in range(VERSIONS):
        one = Recipe(letter=letter, version=version)
        jpeg = painted(one, limit)
        assert jpeg == painted(one, limit)
        image = Image.open(io.BytesIO(jpeg))
        assert image.format == "JPEG"
        assert image.size == size_of(one, SIZE, limit)
        assert max(image.size) <= limit


@pytest.mark.parametrize("way", ["exact", "low", "squeezed", "grey", "blur"])
def test_it_keeps_what_is_seen_in_a_copy(way: str) -> None:
    assert distance(drawing(), painted(recipe(way))) <= 6


@pytest.mark.parametrize("version", range(VERSIONS))
@pytest.mark.parametrize("way", ["redrawn", "neighbour", "unrelated"])
def test_it_shows_something_else_in_a_lookalike(way: str, version: int) -> None:
    assert distance(drawing(), painted(recipe(way, version))) > 6


def test_it_leaves_the_original_as_it_was() -> None:
    source, before = original(), original().tobytes()
    for letter in WAYS:
        one = Recipe(letter=letter, version=3)
        paint(source, size_of(one, source.size), one, lambda count: [source] * count)
    assert source.tobytes() == before


def test_the_others_of_a_collage_are_those_that_it_is_given() -> None:
    red = Image.new("RGB", (300, 200), "red")
    image = Image.open(io.BytesIO(painted(recipe("collage"), others=[red] * 3)))
    green = image.getchannel("G").histogram()
    assert 0.3 < sum(green[:30]) / sum(green) < 0.8


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (700, 12)])
@pytest.mark.parametrize("letter", WAYS)
def test_it_paints_from_originals_of_odd_sizes(size: tuple[int, int], letter: str) -> None:
    for version in range(VERSIONS):
        one = Recipe(letter=letter, version=version)
        jpeg = paint(original(size), size_of(one, size), one)
        assert Image.open(io.BytesIO(jpeg)).size == size_of(one, size)
