"""Fetching the pictures that are asked about by their address."""

import time
from urllib.parse import parse_qsl, urlsplit

import httpx

from monitor.simulator.library import Library, Original
from monitor.simulator.state import State
from monitor.simulator.web.pictures import Gallery
from monitor.simulator.wire import Request

FETCH_SECONDS = 5.0
TRIES = 3
PAUSE_SECONDS = 0.2
MAX_BYTES = 30_000_000


class Fetcher:
    """Fetches each picture once, from the simulated web or from a host; the library keeps it."""

    def __init__(self, state: State, library: Library, gallery: Gallery) -> None:
        self._state = state
        self._library = library
        self._gallery = gallery

    def from_url(self, url: str) -> Original | None:
        """The picture at an address; None when there is none to be had."""
        known = self._state.row("SELECT sha256 FROM source WHERE url = ?", url)
        if known:
            return self._library.find(known["sha256"])
        content = self._content(url)
        original = self._library.add(content) if content else None
        if original:
            self._state.run("INSERT OR IGNORE INTO source (url, sha256) VALUES (?, ?)", url, original.sha256)
        return original

    def _content(self, url: str) -> bytes:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        if not host.endswith(".example"):
            return _fetch(url)
        request = Request(method="GET", path=parts.path, host=host, query=dict(parse_qsl(parts.query)))
        answer = self._gallery.answer(request)
        return answer.body if answer.status == 200 else b""


def _fetch(url: str) -> bytes:
    """The bytes at an address after a few tries, or none; this machine is asked too, it stands for the internet."""
    with httpx.Client(timeout=FETCH_SECONDS, trust_env=False) as http:
        for attempt in range(TRIES):
            time.sleep(PAUSE_SECONDS * attempt)
            try:
                answer = http.get(url)
            except (httpx.HTTPError, httpx.InvalidURL):
                continue
            if answer.status_code == 200 and len(answer.content) <= MAX_BYTES:
                return answer.content
    return b""
