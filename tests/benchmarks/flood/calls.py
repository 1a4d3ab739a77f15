"""What a web server on the internet is called with: hooks as they should be, and everything else."""

import gzip
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from monitor.pipeline import hints
from monitor.pipeline.tags import new_tag

PAYLOAD = b'{"status_code": 20000, "tasks": [%s]}' % b", ".join([b'{"items": "of an answer"}'] * 2000)
BOMB_BYTES = 300_000_000
OVERSIZED_BYTES, ENDLESS_BYTES = 5_050_000, 20_000_000


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request; `right` are the statuses that it may be answered with, 0 when it may be cut off."""

    kind: str
    method: str
    path: str
    right: tuple[int, ...]
    body: bytes = b""


class Calls:
    """Draws calls of all kinds with a seeded die."""

    def __init__(self, tags: Sequence[str], seed: int) -> None:
        self._tags, self._dice, self._unknown = tags, random.Random(seed), count(1_000_000_000)
        self._gzipped = gzip.compress(PAYLOAD)
        self._bombs = [_bomb(b" "), _bomb(b"{")]
        self._oversized, self._endless = b"{" * OVERSIZED_BYTES, b"{" * ENDLESS_BYTES
        self._kinds = {
            self._pingback: 40,
            self._postback: 20,
            self._unknown_tag: 10,
            self._forged_tag: 8,
            self._wrong_secret: 7,
            self._oversized_body: 3,
            self._endless_body: 2,
            self._bomb: 5,
            self._malformed: 5,
        }

    def draw(self) -> Call:
        """The next one."""
        (kind,) = self._dice.choices(list(self._kinds), list(self._kinds.values()))
        return kind()

    def _known(self) -> str:
        return self._dice.choice(self._tags)

    def _pingback(self) -> Call:
        return Call(kind="pingback", method="GET", path=_path("ping", self._known()), right=(204,))

    def _postback(self) -> Call:
        body = self._dice.choice([PAYLOAD, self._gzipped])
        return _post("postback, packed or plain", self._known(), body, 204)

    def _unknown_tag(self) -> Call:
        path = _path("ping", new_tag(next(self._unknown)))
        return Call(kind="signed tag, unknown", method="GET", path=path, right=(204,))

    def _forged_tag(self) -> Call:
        path = _path("ping", self._known()[:-4] + "beef")
        return Call(kind="forged tag", method="GET", path=path, right=(204,))

    def _wrong_secret(self) -> Call:
        path = _path("post", self._known()).replace(hints.secret(), "0" * 32)
        return Call(kind="wrong address", method="POST", path=path, body=PAYLOAD, right=(404,))

    def _oversized_body(self) -> Call:
        """Not read: the answer may get lost on the way to somebody who is sending still."""
        return _post("oversized, 5 MB", self._known(), self._oversized, 413, 0)

    def _endless_body(self) -> Call:
        return _post("oversized, 20 MB", self._known(), self._endless, 413, 0)

    def _bomb(self) -> Call:
        """Refused when it begins as no answer does, else never unpacked beyond its beginning."""
        return _post("bomb, 300 MB packed", self._known(), self._dice.choice(self._bombs), 204, 400)

    def _malformed(self) -> Call:
        body = self._dice.choice([b"", b"<html>", b"\x1f\x8b\x08 cut", b"\xff\xfe", b"[]"])
        if self._dice.random() < 0.5:
            return _post("malformed", self._known(), body, 400)
        query = self._dice.choice(
            ["", "?id=1&tag=x", "?id=%ff&tag=%ff", "?tag=" + "x" * 3000, "?id=%00&tag=1"]
        )
        path = _path("post", "").partition("?")[0] + query
        return Call(kind="malformed", method="POST", path=path, body=PAYLOAD, right=(400,))


def _path(hook: str, tag: str) -> str:
    return f"/hooks/dataforseo/{hook}back/{hints.secret()}/?id={uuid.uuid4()}&tag={tag}"


def _post(kind: str, tag: str, body: bytes, *right: int) -> Call:
    return Call(kind=kind, method="POST", path=_path("post", tag), body=body, right=right)


def _bomb(byte: bytes) -> bytes:
    return gzip.compress(byte * BOMB_BYTES, 6)
