"""The pictures that were asked about: fetched once from their address, or sent along, and kept by their hash."""

import hashlib
import io
import time
from dataclasses import dataclass

import httpx
from PIL import Image, UnidentifiedImageError

from monitor.simulator.state import State

FETCH_SECONDS = 5.0
TRIES = 3
PAUSE_SECONDS = 0.2
MAX_BYTES = 30_000_000


@dataclass(frozen=True, kw_only=True)
class Original:
    """A watched picture's hash (hex) and size in pixels."""

    sha256: str
    width: int
    height: int


class Library:
    """Originals by hash, with the addresses they came from."""

    def __init__(self, state: State) -> None:
        self._state = state

    def from_url(self, url: str) -> Original | None:
        """The picture at an address, fetched the first time; None when there is none to be had."""
        known = self._state.row("SELECT sha256 FROM source WHERE url = ?", url)
        if known:
            return self.find(known["sha256"])
        content = _fetch(url)
        original = self.add(content) if content else None
        if original:
            self._state.run("INSERT OR IGNORE INTO source (url, sha256) VALUES (?, ?)", url, original.sha256)
        return original

    def add(self, content: bytes) -> Original | None:
        """Keep a picture; None when the bytes are none."""
        sha256 = hashlib.sha256(content).hexdigest()
        if known := self.find(sha256):
            return known
        try:
            width, height = Image.open(io.BytesIO(content)).size
        except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
            return None
        self._state.run(
            "INSERT OR IGNORE INTO picture (sha256, content, width, height) VALUES (?, ?, ?, ?)",
            *(sha256, content, width, height),
        )
        return Original(sha256=sha256, width=width, height=height)

    def find(self, sha256: str) -> Original | None:
        """The original with this hash, or with a hash that begins so."""
        sql = "SELECT sha256, width, height FROM picture WHERE sha256 BETWEEN ? AND ?"
        row = self._state.row(sql, sha256, sha256 + "g")  # no hex digit comes after g
        return Original(**dict(row)) if row else None

    def content(self, sha256: str) -> bytes:
        """The bytes of an original that is here."""
        row = self._state.row("SELECT content FROM picture WHERE sha256 = ?", sha256)
        return bytes(row["content"]) if row else b""


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
