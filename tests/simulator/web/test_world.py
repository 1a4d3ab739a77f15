"""The simulated web: the same for everybody at one hour, slowly another one as time goes on."""

import hashlib
from itertools import pairwise
from statistics import mean

import pytest

from monitor.simulator.web.sites import HOME, OWN, POOL
from monitor.simulator.web.world import WINDOW, Sight, sights

KEYS = [hashlib.sha256(text.encode()).hexdigest() for text in ("mug", "chair", "serum", "poster")]
FIRST = 490_902  # 1 January 2026, 06:00
SLOTS = [FIRST + WINDOW * slot for slot in range(24)]


def pages(key: str, hour: int) -> dict[str, Sight]:
    return {sight.page.url: sight for sight in sights(key, hour)}


@pytest.mark.parametrize("key", KEYS)
def test_it_has_about_fifty_pages_on_about_twenty_two_domains(key: str) -> None:
    webs = [pages(key, hour) for hour in SLOTS]
    assert all(35 <= len(web) <= 70 for web in webs)
    assert 42 <= mean(len(web) for web in webs) <= 60
    assert 17 <= mean(len({sight.page.site.host for sight in web.values()}) for web in webs) <= 25


@pytest.mark.parametrize("key", KEYS)
def test_it_changes_a_little_from_slot_to_slot(key: str) -> None:
    webs = [set(pages(key, hour)) for hour in SLOTS]
    changes = [(len(after - before), len(before - after)) for before, after in pairwise(webs)]
    assert 1.5 <= mean(new for new, _ in changes) <= 4
    assert 1 <= mean(gone for _, gone in changes) <= 4
    assert max(new for new, _ in changes) <= 10


@pytest.mark.parametrize("key", KEYS)
def test_it_keeps_more_than_half_of_the_pages_for_months(key: str) -> None:
    first, last = pages(key, SLOTS[0]), pages(key, SLOTS[-1])
    assert len(first.keys() & last.keys()) > 0.5 * len(first)


def test_it_brings_some_pages_back() -> None:
    returns = 0
    for key in KEYS:
        webs = [set(pages(key, hour)) for hour in SLOTS]
        seen: set[str] = set()
        for before, after in pairwise(webs):
            returns += len((after - before) & seen)
            seen |= before
    assert 4 <= returns <= 60


def test_it_moves_ranks_and_edits_titles_and_prices_now_and_then() -> None:
    first, last = sights(KEYS[0], SLOTS[0]), sights(KEYS[0], SLOTS[-1])
    after = {sight.page.url: sight for sight in last}
    both = [(sight, after[sight.page.url]) for sight in first if sight.page.url in after]
    assert [b.page.url for _, b in both] != [
        s.page.url for s in last if s.page.url in pages(KEYS[0], SLOTS[0])
    ]
    assert 0 < sum(a.title != b.title for a, b in both) < len(both) / 2
    assert 0 < sum(a.price != b.price for a, b in both) < len(both) / 2


def test_it_shows_half_of_the_pages_to_both_engines() -> None:
    seen = [sight.page for key in KEYS for sight in sights(key, FIRST)]
    assert all(page.on_google or page.on_yandex for page in seen)
    both = mean(page.on_google and page.on_yandex for page in seen)
    assert 0.4 < both < 0.7
    assert any(not page.on_google for page in seen)
    assert any(not page.on_yandex for page in seen)


@pytest.mark.parametrize("key", KEYS)
def test_it_shows_the_brands_own_site_near_the_top_always(key: str) -> None:
    for hour in SLOTS:
        hosts = [sight.page.site.host for sight in sights(key, hour)]
        assert hosts.index(HOME) < 6


def test_it_has_some_sixty_hosts_that_no_real_site_can_have() -> None:
    hosts = {site.host for site in (*POOL, OWN)}
    assert len(hosts) >= 60
    assert all(host.isascii() and host.endswith(".example") for host in hosts)
    assert sum("xn--" in host for host in hosts) >= 3
