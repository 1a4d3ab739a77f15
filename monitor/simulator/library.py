"""The pictures that were asked about, kept by their hash."""

import hashlib
import io
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from monitor.simulator.state import State


@dataclass(frozen=True, kw_only=True)
class Original:
    """A watched picture's hash (hex) and size in pixels."""

    sha256: str
    width: int
    height: int


class Library:
    """Originals by hash."""

    def __init__(self, state: State) -> None:
        self._state = state

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

    def near(self, key: str, count: int) -> list[Original]:
        """Up to `count` originals in the order of their hashes from `key` on, the lowest after the highest."""
        sql = "SELECT sha256, width, height FROM picture WHERE sha256 {} ? ORDER BY sha256 LIMIT ?"
        rows = self._state.rows(sql.format(">="), key, count)
        rows += self._state.rows(sql.format("<"), key, count - len(rows))
        return [Original(**dict(row)) for row in rows]

    def content(self, sha256: str) -> bytes:
        """The bytes of an original that is here."""
        row = self._state.row("SELECT content FROM picture WHERE sha256 = ?", sha256)
        return bytes(row["content"]) if row else b""
