"""How the pictures of the simulated web are mixed."""

from collections import Counter

import pytest

from monitor.simulator.web.recipes import WAYS, recipe_of

RECIPES = [recipe_of(seed, 0, is_own=False) for seed in range(4000)]


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
    troubles = Counter(recipe.trouble for recipe in RECIPES)
    assert set(troubles) == {"", "gone", "forbidden", "page", "slow"}
    assert 0.01 < 1 - troubles[""] / len(RECIPES) < 0.04


def test_the_brands_own_site_shows_the_original_and_always_answers() -> None:
    own = [recipe_of(seed, number, is_own=True) for seed in range(1000) for number in range(3)]
    assert {(recipe.way, recipe.trouble) for recipe in own} == {("exact", "")}
