"""What the pages are without JavaScript: everything can be read, and images can be watched."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import uploading
from tests.browser.looks import Windows
from tests.browser.photographs import new_picture
from tests.browser.places import SIGNED_IN, Places
from tests.browser.visit import Visit

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("app")]

# A page, and what must be there to be read.
CONTENT = {
    "overview": "main .frames a",
    "image": ".lanes tbody tr",
    "diff on Google": "main table tbody tr",
    "match": ".cmp figure.own img",
    "runs": "main table tbody tr",
    "run": "main table tbody tr",
    "mail": "main .match",
}


@pytest.fixture
def plain(windows: Windows) -> Iterator[Visit]:
    """A page in a browser that runs no scripts."""
    with windows.new(has_scripts=False) as window, Visit(window) as visit:
        yield visit


@pytest.mark.parametrize("name", CONTENT)
def test_it_can_be_read(plain: Visit, places: Places, name: str) -> None:
    plain.go(SIGNED_IN[name].path.format(**places))
    expect(plain.page.locator(CONTENT[name]).first).to_be_visible()
    expect(plain.page.locator(".js-only:visible")).to_have_count(0)


def test_it_watches_an_image_and_searches(plain: Visit) -> None:
    plain.go(uploading.FORM)
    uploading.choose(plain, uploading.jpeg("sea-thrift.jpg", new_picture()))
    uploading.watch(plain)
    assert uploading.image_id(plain)
    expect(plain.page.locator("h1")).to_have_text("Sea thrift")
    plain.page.get_by_role("button", name="Run now").first.click()
    plain.says("is under way.")
    expect(plain.page.get_by_role("link", name="Refresh")).to_be_visible()


def test_it_decides_and_takes_back(plain: Visit, places: Places) -> None:
    path = SIGNED_IN["match"].path.format(**places)
    plain.go(path)
    plain.page.get_by_role("button", name="Flag").click()
    plain.says("Flagged:")
    assert path not in plain.page.url
    plain.page.get_by_role("button", name="Undo").click()
    plain.page.wait_for_url(f"**{path}")
    plain.says("Taken back.")


def test_it_decides_in_the_list(plain: Visit, places: Places) -> None:
    path = SIGNED_IN["image"].path.format(**places)
    plain.go(path)
    plain.page.locator("#matches .match").first.get_by_role("button", name="Allow").click()
    plain.says("Allowed:")
    assert path in plain.page.url
    plain.page.get_by_role("button", name="Undo").click()
    plain.says("Taken back.")
    assert path in plain.page.url
