"""Every page at a desk, at night and on a phone: no barrier, no error, nothing against the policy or too wide."""

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.places import PUBLIC, SIGNED_IN, Places
from tests.browser.visit import Visit

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("app")]


def look_at(window: BrowserContext, path: str, status: int) -> None:
    """Open the page once, and hold it in each look against all that is asked of every page."""
    with Visit(window, status) as visit:
        assert visit.go(path) == status
        assert visit.page.locator("h1").count() == 1
        assert visit.flaws() == {}


@pytest.mark.parametrize("name", SIGNED_IN)
def test_it_is_in_order_for_the_person(person: BrowserContext, places: Places, name: str) -> None:
    page = SIGNED_IN[name]
    look_at(person, page.path.format(**places), page.status)


@pytest.mark.parametrize("name", PUBLIC)
def test_it_is_in_order_for_anybody(anybody: BrowserContext, name: str) -> None:
    page = PUBLIC[name]
    look_at(anybody, page.path, page.status)
