"""The sizes and colours in which every page is looked at, and windows to look through."""

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


@dataclass(frozen=True)
class Windows:
    """Opens windows on the application; `signed_in` has the cookies of a person."""

    browser: Browser
    url: str
    signed_in: StorageState

    def new(
        self, look: Look = DESKTOP, *, is_signed_in: bool = True, has_scripts: bool = True
    ) -> BrowserContext:
        """A window with cookies of its own, which its user closes."""
        return self.browser.new_context(
            base_url=self.url,
            viewport=ViewportSize(width=look.width, height=look.height),
            color_scheme=look.colours,
            reduced_motion="reduce",
            java_script_enabled=has_scripts,
            storage_state=self.signed_in if is_signed_in else None,
        )
