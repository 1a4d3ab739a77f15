"""What works without a mouse, and what is remembered."""

import pytest
from playwright.sync_api import expect

from tests.browser.looks import DESKTOP, NIGHT, Look, Windows
from tests.browser.visit import Visit

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("app")]


def test_it_skips_to_the_content_first(visit: Visit) -> None:
    visit.go("/")
    visit.page.keyboard.press("Tab")
    skip = visit.page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#main")).to_be_focused()


def test_it_shows_the_keys(visit: Visit) -> None:
    visit.go("/")
    visit.page.keyboard.press("?")
    dialog = visit.page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_it_goes_to_pages_by_key(visit: Visit) -> None:
    visit.go("/")
    visit.page.keyboard.type("gr")
    visit.page.wait_for_url("**/runs/")
    visit.page.keyboard.type("gi")
    visit.page.wait_for_url("**/images/")
    visit.page.keyboard.press("/")
    expect(visit.page.get_by_role("searchbox")).to_be_focused()
    visit.page.keyboard.type("?gr")
    expect(visit.page.get_by_role("searchbox")).to_have_value("?gr")


@pytest.mark.parametrize(("look", "chosen"), [(DESKTOP, "dark"), (NIGHT, "light")])
def test_it_remembers_the_theme(windows: Windows, look: Look, chosen: str) -> None:
    with windows.new(look) as window, Visit(window) as visit:
        visit.go("/")
        before = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        visit.press("Switch light or dark")
        visit.go("/runs/")
        assert visit.page.locator("html").get_attribute("data-theme") == chosen
        assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") != before
