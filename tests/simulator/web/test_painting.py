"""Pictures of the simulated web, made from an original."""

import io

import pytest
from PIL import Image

from monitor.imaging import normalise
from monitor.simulator.web.painting import paint, size_of
from monitor.simulator.web.recipes import (
    WAYS,
    Recipe,
    picture_url,
    read_picture_path,
    read_thumbnail_token,
    recipe_of,
    thumbnail_url,
)
from tests.simulator.hosting import drawing

SIZE = (900, 600)
SHA256 = "0123456789abcdef" * 4


def distance(one: bytes, other: bytes) -> int:
    return (normalise(one).dhash ^ normalise(other).dhash).bit_count()


def recipe(way: str, seed: int = 5) -> Recipe:
    letter = next(letter for letter, (name, _) in WAYS.items() if name == way)
    return Recipe(seed=seed, number=0, letter=letter)


@pytest.mark.parametrize("letter", WAYS)
@pytest.mark.parametrize("limit", [800, 256])
def test_it_paints_every_way_in_the_size_it_says(letter: str, limit: int) -> None:
    for seed in range(3):
        one = Recipe(seed=seed, number=0, letter=letter)
        jpeg = paint(drawing(), one, limit)
        assert jpeg == paint(drawing(), one, limit)
        image = Image.open(io.BytesIO(jpeg))
        assert image.format == "JPEG"
        assert image.size == size_of(one, SIZE, limit)
        assert max(image.size) <= limit


@pytest.mark.parametrize("way", ["exact", "warm", "grey", "low"])
def test_it_keeps_what_is_seen_in_a_copy(way: str) -> None:
    assert distance(drawing(), paint(drawing(), recipe(way))) <= 6


@pytest.mark.parametrize("seed", range(5))
def test_it_shows_something_else_in_a_lookalike(seed: int) -> None:
    assert distance(drawing(), paint(drawing(), recipe("lookalike", seed))) > 10


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (2400, 40)])
@pytest.mark.parametrize("letter", WAYS)
def test_it_paints_from_originals_of_odd_sizes(size: tuple[int, int], letter: str) -> None:
    one = Recipe(seed=1, number=0, letter=letter)
    assert Image.open(io.BytesIO(paint(drawing(size=size), one))).size == size_of(one, size)


def test_it_reads_its_own_names() -> None:
    for seed in range(50):
        one = recipe_of(seed * 2**55, 1, is_own=False)
        path = picture_url("loftly.example", SHA256, one).removeprefix("https://loftly.example")
        token = thumbnail_url(SHA256, one).partition("?q=")[2]
        assert read_picture_path(path) == (SHA256[:16], one)
        assert read_thumbnail_token(token) == (SHA256[:16], one)


@pytest.mark.parametrize("text", ["", "tbn:", "tbn:%%%", "tbn:aGVsbG8", "tbn:ÿ", "/media/x.jpg", "0" * 34])
def test_it_reads_no_other_names(text: str) -> None:
    assert read_picture_path(text) is None
    assert read_thumbnail_token(text) is None


def test_it_mixes_the_ways() -> None:
    recipes = [recipe_of(seed, 0, is_own=False) for seed in range(2000)]
    ways = [one.way for one in recipes]
    assert 0.09 < ways.count("lookalike") / len(ways) < 0.15
    assert set(ways) == {name for name, _ in WAYS.values()}
    failing = [one.status for one in recipes if one.status != 200]
    assert set(failing) == {403, 404}
    assert 0.01 < len(failing) / len(recipes) < 0.04
