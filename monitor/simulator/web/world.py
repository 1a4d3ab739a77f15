"""The simulated web around one picture: which pages show it at a given hour, where they rank, how they are called.

Everything follows from the picture's hash and the hour, so any two searches at one hour see the same web. About
twenty-eight pages are always there; others are born at a steady rate, live for days or months, and some come back.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from monitor.simulator.web import dice
from monitor.simulator.web.pages import Page, new_page
from monitor.simulator.web.sites import OWN, POOL, Site
from monitor.simulator.web.titles import OWN_PAGES

SITES = 24  # that know a picture
LASTING = 28
WINDOW = 84  # hours; half a week, as often as the demo looks
BIRTHS = (2, 3, 3, 3)  # of a window, alike often
LONGEST = 40  # windows from a page's birth to its last end
SHORT, LONG = (12, 60), (5 * WINDOW, 22 * WINDOW)  # hours of a life
SHORT_LIVED = 0.12
MIDDLE = (2 * WINDOW, 8 * WINDOW)
MIDDLE_LIVED = 0.55
RETURNING = 0.1
FLAPPING = 0.003  # of lasting pages in a window
SWING = 0.035  # of a score, over weeks


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A page as it is at one hour."""

    page: Page
    score: float
    title: str
    price: str


@lru_cache(maxsize=512)
def sights(key: str, hour: int) -> tuple[Sight, ...]:
    """The pages with the picture `key` at `hour` (hours since the epoch), best first."""
    found = [_sight(page, hour) for page in _alive(key, hour)]
    return tuple(sorted(found, key=lambda sight: -sight.score))


def _sight(page: Page, hour: int) -> Sight:
    score = page.score + SWING * math.sin(2 * math.pi * (hour / page.period + page.phase))
    return Sight(page=page, score=score, title=page.title(hour), price=page.price(hour))


def _alive(key: str, hour: int) -> Iterator[Page]:
    for page in _lasting(key):
        if not _flaps(page, hour):
            yield page
    last = hour // WINDOW
    for window in range(last - LONGEST, last + 1):
        for number, lives in enumerate(_born(key, window)):
            if any(start <= hour < end for start, end in lives):
                yield _page(key, window, number)


def _flaps(page: Page, hour: int) -> bool:
    """Whether a lasting page is missing for a few days."""
    window = (hour + page.seed % WINDOW) // WINDOW
    return page.site is not OWN and dice.chance(page.seed, window, "flap") < FLAPPING


@lru_cache(maxsize=256)
def _sites(key: str) -> tuple[Site, ...]:
    return tuple(dice.roll(key, "sites").sample(POOL, SITES))


@lru_cache(maxsize=256)
def _lasting(key: str) -> tuple[Page, ...]:
    own = [new_page(dice.number(key, "own", n), OWN, number=n) for n in range(len(OWN_PAGES))]
    return (*own, *(_page(key, "lasting", n) for n in range(LASTING - len(own))))


@lru_cache(maxsize=32_768)
def _born(key: str, window: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The pages that appear in a window by the hours of their lives; making them is for those that are seen."""
    births = range(dice.pick(BIRTHS, key, window, "births"))
    return tuple(tuple(_lives(_seed(key, window, number), window)) for number in births)


def _lives(seed: int, window: int) -> Iterator[tuple[int, int]]:
    random = dice.roll(seed, "lives")
    start = window * WINDOW + random.randrange(WINDOW)
    length = random.random()
    span = SHORT if length < SHORT_LIVED else MIDDLE if length < MIDDLE_LIVED else LONG
    end = start + random.randint(*span)
    yield start, end
    if random.random() < RETURNING:
        again = end + random.randint(2 * WINDOW, 6 * WINDOW)
        yield again, again + random.randint(*MIDDLE)


def _seed(key: str, group: object, number: int) -> int:
    return dice.number(key, group, number)


@lru_cache(maxsize=16_384)
def _page(key: str, group: object, number: int) -> Page:
    """A page on one of the sites that know the picture; some of them have many."""
    seed = _seed(key, group, number)
    place = int(SITES * dice.chance(seed, "site") ** 1.5)
    return new_page(seed, _sites(key)[place], number=number)
