"""Every page at a desk, at night and on a phone: no barrier, no error, nothing against the policy or too wide."""

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.looks import LOOKS, Look, Windows
from tests.browser.places import PUBLIC, SIGNED_IN, Places
from tests.browser.visit import Visit

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

in_each_look = pytest.mark.parametrize("look", LOOKS, ids=[look.name for look in LOOKS])


def look_at(window: BrowserContext, path: str, status: int) -> None:
    """Open the page and hold it against all that is asked of every page."""
    with Visit(window, status) as visit:
        assert visit.go(path) == status
        assert visit.page.locator("h1").count() == 1
        assert visit.overflow() <= 0
        assert visit.barriers() == []


@in_each_look
@pytest.mark.parametrize("name", SIGNED_IN)
def test_it_is_in_order_for_the_person(windows: Windows, places: Places, name: str, look: Look) -> None:
    page = SIGNED_IN[name]
    look_at(windows.of(look), page.path.format(**places), page.status)


@in_each_look
@pytest.mark.parametrize("name", PUBLIC)
def test_it_is_in_order_for_anybody(windows: Windows, name: str, look: Look) -> None:
    page = PUBLIC[name]
    look_at(windows.of(look, is_signed_in=False), page.path, page.status)
