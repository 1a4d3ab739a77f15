"""An owner invites a viewer, who looks at everything and changes nothing."""

import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.looks import Windows
from tests.browser.places import SIGNED_IN, Places
from tests.browser.visit import Visit
from tests.system.running import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("app")]

SENTENCE = "You can look but not change things in this workspace. Ask an owner of Halden for the editor role."
# What only those who may write are offered, by its words.
WRITING = [
    "Run now",
    "Edit",
    "Watch an image",
    "Watch",
    "Save",
    "Pause this image",
    "Stop watching and remove",
    "New collection",
    "Make the collection",
    "Invite",
]
PAGES = ["overview", "gallery", "watch an image", "image", "change an image", "diff on Google", "runs", "run"]
MORE_PAGES = [
    "collections",
    "collection",
    "new collection",
    "mails",
    "mail settings",
    "team",
    "account",
    "more",
]
POSTS = ["/images/new/", "/images/{image}/run/", "/images/{image}/edit/", "/images/{image}/pause/"]
MORE_POSTS = [
    "/images/{image}/delete/",
    "/collections/new/",
    "/collections/{collection}/delete/",
    "/team/invite/",
]


@pytest.fixture(scope="module")
def viewer(windows: Windows, person: BrowserContext) -> Iterator[BrowserContext]:
    """The window of somebody who followed the link of an invitation."""
    email = f"vera{secrets.token_hex(4)}@example.com"
    with Visit(person) as owner:
        link = invite(owner, email)
    with windows.new(is_signed_in=False) as window:
        make_account(window, link)
        yield window


def make_account(window: BrowserContext, link: str) -> None:
    """Follow the link, as somebody new."""
    with Visit(window) as visit:
        visit.page.goto(link)
        visit.page.get_by_role("link", name="Make an account").click()
        visit.page.locator("[name=name]").fill("Vera")
        for name in ("password1", "password2"):
            visit.page.locator(f"[name={name}]").fill(PASSWORD)
        visit.press("Make the account")
        expect(visit.page.locator(".side .who")).to_contain_text("Vera")


def invite(owner: Visit, email: str) -> str:
    """The link, as the owner copies it from the team's page."""
    owner.go("/team/")
    owner.page.locator("[name=email]").fill(email)
    owner.page.locator("form[action='/team/invite/'] [name=role]").select_option("Viewer")
    owner.press("Invite")
    return owner.page.get_by_label(email, exact=True).input_value()


@pytest.mark.parametrize("name", [*PAGES, *MORE_PAGES])
def test_it_offers_nothing_to_change(viewer: BrowserContext, places: Places, name: str) -> None:
    with Visit(viewer) as visit:
        assert visit.go(SIGNED_IN[name].path.format(**places)) == 200
        offered = visit.page.locator("main").locator("button, a.btn").all_inner_texts()
        assert visit.barriers() == []
    allowed = {"Save"} if name in ("collection", "mail settings", "account") else set()
    assert {words.strip() for words in offered} & set(WRITING) <= allowed


@pytest.mark.parametrize("path", [*POSTS, *MORE_POSTS])
def test_it_refuses_what_is_posted_all_the_same(viewer: BrowserContext, places: Places, path: str) -> None:
    token = next(cookie["value"] for cookie in viewer.cookies() if cookie["name"] == "csrftoken")
    response = viewer.request.post(
        path.format(**places), form={"csrfmiddlewaretoken": token}, headers={"Origin": origin(viewer)}
    )
    assert response.status == 403
    assert SENTENCE in response.text() or "Only owners of Halden can do this." in response.text()


def test_it_finds_nothing_behind_numbers_that_are_not_theirs(viewer: BrowserContext) -> None:
    for path in (
        "/images/999999/",
        "/runs/999999/",
        "/collections/999999/",
        "/mail/999999/",
        "/found/999999.jpg",
    ):
        assert viewer.request.get(path).status == 404


def origin(window: BrowserContext) -> str:
    """Of the application, as the browser sends it along."""
    return str(window.request.get("/health/").url).removesuffix("/health/")
