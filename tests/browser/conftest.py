"""One application and one browser for all tests of this folder.

Both end with the last of these tests and not with the session: while Playwright runs, Django refuses to use the
database in the same process.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, StorageState, expect, sync_playwright

from tests.browser.looks import Windows
from tests.browser.places import Places, find_places
from tests.browser.visit import Visit, sign_in
from tests.system.running import EMAIL, PASSWORD, App, running_app

# For what a page is expected to show: many times what it takes when nothing else keeps the machine busy.
EXPECTED_MS = 15_000
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser of this machine."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        reason = "There is no Chromium here: install it to run the browser tests."
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip)(reason)
    expect.set_options(timeout=EXPECTED_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def app(chromium: Browser) -> Iterator[App]:
    """The whole application with its demo."""
    with running_app() as app:
        yield app


@pytest.fixture(scope="package")
def signed_in(app: App, chromium: Browser) -> StorageState:
    """The cookies of the demo's person."""
    with chromium.new_context(base_url=app.url) as context:
        sign_in(context.new_page(), EMAIL, PASSWORD)
        return context.storage_state()


@pytest.fixture(scope="package")
def windows(app: App, chromium: Browser, signed_in: StorageState) -> Windows:
    """Opens more windows."""
    return Windows(chromium, app.url, signed_in)


@pytest.fixture(scope="package")
def person(windows: Windows) -> Iterator[BrowserContext]:
    """The window of the demo's person at a desk, kept open."""
    with windows.new() as window:
        yield window


@pytest.fixture(scope="package")
def anybody(windows: Windows) -> Iterator[BrowserContext]:
    """The window of somebody who is not signed in, kept open."""
    with windows.new(is_signed_in=False) as window:
        yield window


@pytest.fixture
def visit(person: BrowserContext) -> Iterator[Visit]:
    """A fresh page of the signed-in person at a desk; what went wrong on it fails the test."""
    with Visit(person) as visit:
        yield visit


@pytest.fixture(scope="package")
def places(person: BrowserContext) -> Places:
    """The rows of the demo that the pages are about."""
    return find_places(person)
