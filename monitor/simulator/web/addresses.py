"""The addresses of the pictures of the simulated web, and what can be told from them.

A name holds everything that is needed to make the picture again: the start of the original's hash, the page's
seed, the picture's number on the page and the letter of its way.
"""

import base64
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from monitor.simulator.web.recipes import WAYS, Shown, Trouble, Truth

THUMBNAILS = "gstatic.example"
_NAME = re.compile(r"([0-9a-f]{16})([0-9a-f]{16})([0-9])([a-z])")


@dataclass(frozen=True, kw_only=True)
class Named:
    """A picture that an address names: its original's first digits, who shows it, whether it is Google's copy."""

    original: str
    shown: Shown
    is_thumbnail: bool

    @property
    def trouble(self) -> Trouble:
        """Google keeps small copies of what a host refuses, but not of what is gone."""
        trouble = self.shown.trouble
        return trouble if trouble == "gone" or not self.is_thumbnail else ""

    @property
    def truth(self) -> Truth:
        """What whoever asks gets to see, "none" when it is no picture."""
        return self.shown.recipe.truth if self.trouble in ("", "slow") else "none"


def picture_url(host: str, sha256: str, shown: Shown) -> str:
    """The address of the full-size picture on its own site."""
    return f"https://{host}/media/{_name(sha256, shown)}.jpg"


def thumbnail_url(sha256: str, shown: Shown) -> str:
    """The address of Google's small copy."""
    token = base64.urlsafe_b64encode(_name(sha256, shown).encode()).decode().rstrip("=")
    return f"https://encrypted-tbn0.{THUMBNAILS}/images?q=tbn:{token}"


def read_address(host: str, path: str, token: str) -> Named | None:
    """What an address names; `token` is what Google's holds as "q" ("tbn:…")."""
    is_thumbnail = host.endswith(THUMBNAILS)
    name = _untokened(token) if is_thumbnail else path.removeprefix("/media/").removesuffix(".jpg")
    found = _NAME.fullmatch(name)
    if not found or found[4] not in WAYS:
        return None
    shown = Shown(seed=int(found[2], 16), number=int(found[3]), letter=found[4])
    return Named(original=found[1], shown=shown, is_thumbnail=is_thumbnail)


def truth_of(url: str) -> Truth:
    """What the picture at an address truly is to the watched one it was found for: tests and demos ask this."""
    parts = urlsplit(url)
    named = read_address(parts.hostname or "", parts.path, dict(parse_qsl(parts.query)).get("q", ""))
    return named.truth if named else "none"


def _name(sha256: str, shown: Shown) -> str:
    return f"{sha256[:16]}{shown.seed:016x}{shown.number}{shown.letter}"


def _untokened(token: str) -> str:
    text = token.removeprefix("tbn:")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return ""
