"""How the pictures of the simulated web are made from a watched one, and the names that say so.

A name holds everything that is needed to make the picture again: the start of the original's hash, the page's
seed, the picture's number on the page and its recipe.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.simulator.web import dice

MOST = 800  # pixels of a side
THUMBNAIL = 256
SIDES = (800, 800, 736, 640, 564, 480)
LOW = 180
FRAME = 0.08

# One letter for each way, with how many of a hundred pages use it.
WAYS: Mapping[str, tuple[str, int]] = {
    "e": ("exact", 28),
    "c": ("crop", 14),
    "w": ("warm", 7),
    "g": ("grey", 5),
    "t": ("watermark", 9),
    "b": ("badge", 8),
    "m": ("mirror", 4),
    "l": ("low", 5),
    "k": ("collage", 5),
    "f": ("frame", 3),
    "x": ("lookalike", 12),
}
_BAG = "".join(letter * weight for letter, (_, weight) in WAYS.items())
_NAME = re.compile(r"([0-9a-f]{16})([0-9a-f]{16})([0-9])([a-z])")
_UNREACHABLE = 40  # of so many pictures one is gone or refused


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One picture of a page: the letter of its way, and the largest side it has."""

    seed: int
    number: int
    letter: str

    @property
    def way(self) -> str:
        """What is done to the original."""
        return WAYS[self.letter][0]

    @property
    def side(self) -> int:
        """The longest side in pixels at full size."""
        return LOW if self.way == "low" else dice.pick(SIDES, self.seed, self.number, "side")

    @property
    def status(self) -> int:
        """The HTTP status with which its host answers."""
        draw = dice.number(self.seed, self.number, "status") % (2 * _UNREACHABLE)
        return 200 if self.number == 9 else {0: 404, 1: 403}.get(draw, 200)


def recipe_of(seed: int, number: int, *, is_own: bool) -> Recipe:
    """The recipe of a page's picture; our own site shows the original, numbered 9, and always answers."""
    if is_own:
        return Recipe(seed=(seed + number) % 2**64, number=9, letter="e")
    return Recipe(seed=seed, number=number, letter=dice.pick(_BAG, seed, number, "way"))


def picture_url(host: str, sha256: str, recipe: Recipe) -> str:
    """The address of the full-size picture on its own site."""
    return f"https://{host}/media/{_name(sha256, recipe)}.jpg"


def thumbnail_url(sha256: str, recipe: Recipe) -> str:
    """The address of Google's small copy."""
    token = base64.urlsafe_b64encode(_name(sha256, recipe).encode()).decode().rstrip("=")
    return f"https://encrypted-tbn0.gstatic.example/images?q=tbn:{token}"


def read_picture_path(path: str) -> tuple[str, Recipe] | None:
    """The start of the original's hash and the recipe behind a picture's path."""
    return _read(path.removeprefix("/media/").removesuffix(".jpg"))


def read_thumbnail_token(token: str) -> tuple[str, Recipe] | None:
    """The same behind Google's token ("tbn:…")."""
    try:
        text = token.removeprefix("tbn:")
        return _read(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
    except ValueError:
        return None


def _name(sha256: str, recipe: Recipe) -> str:
    return f"{sha256[:16]}{recipe.seed:016x}{recipe.number}{recipe.letter}"


def _read(name: str) -> tuple[str, Recipe] | None:
    found = _NAME.fullmatch(name)
    if not found or found[4] not in WAYS:
        return None
    return found[1], Recipe(seed=int(found[2], 16), number=int(found[3]), letter=found[4])
