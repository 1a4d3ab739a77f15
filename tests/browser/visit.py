"""A page in the browser that notes everything that goes wrong on it."""

import re
from types import TracebackType
from typing import Self

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    ViewportSize,
    expect,
)

from tests.browser.looks import LOOKS, NIGHT, Look

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOUR_RULES = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# Runs before the page's own scripts; put there by the browser itself, so the policy does not hinder it.
TELL_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`Policy: ${event.violatedDirective} forbids ${event.blockedURI} at ${event.sourceFile}`))"""
RUN_AXE = """async (runOnly) => (await axe.run(document, {runOnly, resultTypes: ["violations"]})).violations
    .flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`))"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Visit:
    """One page, closed at the end of a `with` block, which fails when there was trouble.

    An answer with one of the `expected` statuses is no trouble.
    """

    def __init__(self, context: BrowserContext, *expected: int) -> None:
        self.page: Page = context.new_page()
        self.expected = {*expected}
        self.troubles: list[str] = []
        self.page.add_init_script(TELL_VIOLATIONS)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.troubles.append(f"Script: {error}"))
        self.page.on("response", self._judge)
        self.page.on("requestfailed", self._miss)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        url = self.page.url
        self.page.close()
        assert error or not self.troubles, f"{url}: {self.troubles}"

    def go(self, path: str) -> int:
        """Open an address of the application; the status of the answer."""
        response = self.page.goto(path)
        assert response
        return response.status

    def text(self) -> str:
        """What the main part of the page says."""
        return self.page.locator("main").inner_text()

    def says(self, words: str | re.Pattern[str]) -> None:
        """Wait until the page says this somewhere visible."""
        expect(self.page.get_by_text(words).first).to_be_visible()

    def press(self, name: str) -> None:
        """The button of that name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def field(self, label: str) -> Locator:
        """The control with that label."""
        return self.page.get_by_label(label, exact=True)

    def overflow(self) -> int:
        """How many px the page is wider than its window."""
        found: int = self.page.evaluate(OVERFLOW)
        return found

    def barriers(self, *, of_colour: bool = False) -> list[str]:
        """What axe finds, or its rules of colour alone; one line an element."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        found: list[str] = self.page.evaluate(RUN_AXE, COLOUR_RULES if of_colour else RULES)
        return found

    def flaws(self) -> dict[str, list[str]]:
        """By look, where there are any: barriers, and being too wide. At night only the colours are others."""
        return {look.name: found for look in LOOKS if (found := self._flaws_in(look))}

    def _flaws_in(self, look: Look) -> list[str]:
        self._wear(look)
        too_wide = [f"{self.overflow()} px too wide"] if self.overflow() > 0 else []
        return too_wide + self.barriers(of_colour=look == NIGHT)

    def _wear(self, look: Look) -> None:
        """Show the open page in another size and other colours, as it is, without loading it again."""
        self.page.set_viewport_size(ViewportSize(width=look.width, height=look.height))
        self.page.emulate_media(color_scheme=look.colours)

    def _hear(self, message: ConsoleMessage) -> None:
        is_told_by_status = message.text.startswith("Failed to load resource: the server responded")
        if message.type in ("error", "warning") and not is_told_by_status:
            self.troubles.append(f"Console: {message.text} ({message.location.get('url', '')})")

    def _judge(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.troubles.append(f"Answer: {response.status} for {response.url}")

    def _miss(self, request: Request) -> None:
        """What the page itself gives up when it is left is no trouble."""
        if request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"Request: {request.failure} for {request.url}")


def sign_in(page: Page, email: str, password: str) -> None:
    """Through the form."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("main h1")).to_be_visible()
    assert "/accounts/login/" not in page.url, page.locator("body").inner_text()
