"""The sizes and colours in which every page is looked at, and a window for each."""

from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, StorageState, ViewportSize


@dataclass(frozen=True, kw_only=True)
class Look:
    """A window: its size in px, and what the person prefers."""

    name: str
    width: int
    height: int
    colours: Literal["light", "dark"]


DESKTOP = Look(name="1440 light", width=1440, height=900, colours="light")
NIGHT = Look(name="1440 dark", width=1440, height=900, colours="dark")
PHONE = Look(name="390 light", width=390, height=844, colours="light")
LOOKS = (DESKTOP, NIGHT, PHONE)


class Windows:
    """One browser context for each look, opened at first use; `signed_in` has the cookies of a person."""

    def __init__(self, browser: Browser, url: str, signed_in: StorageState) -> None:
        self._browser = browser
        self._url = url
        self._signed_in = signed_in
        self._open: dict[tuple[Look, bool], BrowserContext] = {}

    def of(self, look: Look, *, is_signed_in: bool = True) -> BrowserContext:
        """The window of that look."""
        key = (look, is_signed_in)
        if key not in self._open:
            self._open[key] = self.new(look, is_signed_in=is_signed_in)
        return self._open[key]

    def new(self, look: Look, *, is_signed_in: bool = True, has_scripts: bool = True) -> BrowserContext:
        """Another window, which its user closes."""
        return self._browser.new_context(
            base_url=self._url,
            viewport=ViewportSize(width=look.width, height=look.height),
            color_scheme=look.colours,
            reduced_motion="reduce",
            java_script_enabled=has_scripts,
            storage_state=self._signed_in if is_signed_in else None,
        )

    def close(self) -> None:
        """All of them."""
        for context in self._open.values():
            context.close()
