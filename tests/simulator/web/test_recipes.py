"""How the pictures of the simulated web are mixed."""

from collections import Counter

import pytest

from monitor.simulator.web.recipes import VERSIONS, WAYS, Recipe, shown

PICTURES = [shown(seed, 0, is_own=False) for seed in range(4000)]
RECIPES = [picture.recipe for picture in PICTURES]


def test_every_way_is_used() -> None:
    assert {recipe.way for recipe in RECIPES} == {way.name for way in WAYS.values()}
    assert sum(way.share for way in WAYS.values()) == 100


@pytest.mark.parametrize(
    ("truth", "least", "most"),
    [("exact", 0.3, 0.4), ("modified", 0.33, 0.42), ("similar", 0.17, 0.25), ("unverifiable", 0.03, 0.1)],
)
def test_the_web_is_as_mixed_as_the_real_one(truth: str, least: float, most: float) -> None:
    share = sum(recipe.truth == truth for recipe in RECIPES) / len(RECIPES)
    assert least < share < most


def test_some_hosts_give_trouble() -> None:
    troubles = Counter(picture.trouble for picture in PICTURES)
    assert set(troubles) == {"", "gone", "forbidden", "page", "slow"}
    assert 0.01 < 1 - troubles[""] / len(PICTURES) < 0.04


def test_the_brands_own_site_shows_the_original_and_always_answers() -> None:
    own = [shown(seed, number, is_own=True) for seed in range(1000) for number in range(3)]
    assert {(picture.recipe.way, picture.trouble) for picture in own} == {("exact", "")}


def test_many_pages_show_the_same_version() -> None:
    assert set(Counter(RECIPES)) == {
        Recipe(letter=letter, version=version) for letter in WAYS for version in range(VERSIONS)
    }
