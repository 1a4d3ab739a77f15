"""That the helper of these tests sees trouble when there is some."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.visit import Visit

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("app")]

POLICY = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self'"
CLEAN = "<!doctype html><html lang=en><title>Clean</title><main><h1>Clean</h1></main>"
INLINE = f"{CLEAN}<script>document.title = 'changed'</script>"
LOST = f"{CLEAN}<img src='/no-such-picture.jpg' alt=''>"
UNREADABLE = "<!doctype html><title>No language</title><img src='/static/mark.svg'>"
PALE, BROAD = "{h1 {color: #888; background: #999}}", "{h1 {width: 1000px}}"
FLAWS = [
    (f"@media (prefers-color-scheme: dark) {PALE}", "1440 dark"),
    (f"@media (max-width: 500px) {BROAD}", "390 light"),
]
WIDE = f"{CLEAN}<table width=9999><tr><td>wide</table>"


def show(page: Page, body: str) -> None:
    """A page of our own in place of the application's."""
    headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html"}
    page.route("**/trouble/", lambda route: route.fulfill(body=body, headers=headers))
    page.goto("/trouble/")


@pytest.mark.parametrize(("body", "words"), [(INLINE, "Policy: script-src"), (LOST, "Answer: 404")])
def test_it_hears_of_trouble(person: BrowserContext, body: str, words: str) -> None:
    with pytest.raises(AssertionError, match=words), Visit(person) as visit:
        show(visit.page, body)


def test_it_hears_of_errors_in_scripts(person: BrowserContext) -> None:
    with pytest.raises(AssertionError, match="Script: gone wrong"), Visit(person) as visit:
        show(visit.page, CLEAN)
        visit.page.evaluate("setTimeout(() => { throw new Error('gone wrong') })")
        visit.page.wait_for_timeout(100)


def test_it_sees_barriers(visit: Visit) -> None:
    show(visit.page, UNREADABLE)
    rules = {line.partition(":")[0] for line in visit.barriers()}
    assert {"html-has-lang", "image-alt", "page-has-heading-one"} <= rules


def test_it_sees_what_is_too_wide(visit: Visit) -> None:
    show(visit.page, WIDE)
    assert visit.overflow() > 0
    show(visit.page, CLEAN)
    assert visit.overflow() <= 0
    assert visit.barriers() == []


@pytest.mark.parametrize(("style", "where"), FLAWS)
def test_it_sees_flaws_of_a_single_look(visit: Visit, style: str, where: str) -> None:
    show(visit.page, f"{CLEAN}<style>{style}</style>")
    assert {*visit.flaws()} == {where}
