"""The image page of the demo: its runs, and the way from one to what changed in it."""

import pytest
from playwright.sync_api import expect

from tests.browser.places import SIGNED_IN, Places
from tests.browser.visit import Visit

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("app")]

RUNS = 24
LINKS = ".lanes thead .days a[href*='/diff/?']"


def test_it_leads_from_each_run_to_its_changes(visit: Visit, places: Places) -> None:
    visit.go(SIGNED_IN["image"].path.format(**places))
    links = visit.page.locator(LINKS)
    paths = links.evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert len(set(paths)) == RUNS
    links.last.click()
    visit.page.wait_for_url("**/diff/**")
    expect(visit.page.locator("main table tbody tr").first).to_be_visible()


def test_every_run_has_a_diff(visit: Visit, places: Places) -> None:
    visit.go(SIGNED_IN["image"].path.format(**places))
    paths = visit.page.locator(LINKS).evaluate_all("links => links.map((link) => link.href)")
    assert {visit.page.context.request.get(path).status for path in paths} == {200}


def test_it_finds_matches_by_their_site(visit: Visit, places: Places) -> None:
    visit.go(SIGNED_IN["image"].path.format(**places))
    site = visit.page.locator("#matches h3 a").first.inner_text()
    visit.page.get_by_role("searchbox", name="Search matches").fill(site)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**q=*")
    assert {*visit.page.locator("#matches h3 a").all_inner_texts()} == {site}
