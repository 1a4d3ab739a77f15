"""Reviewing by keys: compare, decide, take back, go on; on the page of a match and in a list."""

import pytest
from playwright.sync_api import expect

from tests.browser.places import SIGNED_IN, Places
from tests.browser.visit import Visit

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("app")]


def test_it_compares_by_keys(visit: Visit, places: Places) -> None:
    visit.go(SIGNED_IN["match"].path.format(**places))
    stage = visit.page.locator(".cmp")
    for key, mode in (("2", "side"), ("3", "blink"), ("1", "slide")):
        visit.page.keyboard.press(key)
        expect(stage).to_have_attribute("data-mode", mode)
    visit.page.keyboard.press("ArrowRight")
    expect(stage).to_have_attribute("style", "--x: 54%;")
    visit.page.keyboard.press("3")
    visit.page.reload()
    expect(stage).to_have_attribute("data-mode", "blink")
    visit.page.keyboard.press("1")


def test_it_decides_goes_on_and_takes_back_by_keys(visit: Visit, places: Places) -> None:
    path = SIGNED_IN["match"].path.format(**places)
    visit.go(path)
    visit.page.evaluate("window.isStillHere = true")
    visit.page.get_by_role("textbox", name="Note").fill("Ask them: a f n l z")
    visit.page.locator("h1").click()
    visit.page.keyboard.press("f")
    visit.says("Flagged:")
    expect(visit.page.locator("#match-h")).to_be_focused()
    assert path not in visit.page.url
    assert visit.page.evaluate("window.isStillHere")
    visit.page.keyboard.press("z")
    visit.page.wait_for_url(f"**{path}")
    visit.says("Taken back.")
    expect(visit.page.get_by_role("textbox", name="Note")).to_have_value("Ask them: a f n l z")


def test_a_key_that_is_held_decides_once(visit: Visit, places: Places) -> None:
    path = SIGNED_IN["match"].path.format(**places)
    visit.go(path)
    visit.page.keyboard.down("l")
    visit.says("Put off for later:")
    visit.page.keyboard.down("l")
    visit.page.keyboard.up("l")
    visit.page.keyboard.press("z")
    visit.page.wait_for_url(f"**{path}")
    visit.says("Taken back.")


def test_it_walks_through_a_list_and_decides(visit: Visit, places: Places) -> None:
    visit.go(SIGNED_IN["image"].path.format(**places))
    visit.page.evaluate("window.isStillHere = true")
    visit.page.keyboard.press("j")
    visit.page.keyboard.press("j")
    row = visit.page.locator("[data-row][data-on]")
    name = row.get_attribute("id")
    visit.page.keyboard.press("l")
    visit.says("Put off for later:")
    expect(visit.page.locator(f"#{name}[data-on] .said.later")).to_be_visible()
    assert visit.page.evaluate("window.isStillHere")
    visit.page.keyboard.press("z")
    visit.says("Taken back.")
    expect(visit.page.locator(f"#{name} .said")).to_have_count(0)
