"""How the pictures of the simulated web are made from a watched one, and what each of them truly is to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from monitor.simulator.web import dice

MOST = 720  # pixels of a side
THUMBNAIL = 256
SIDES = (720, 720, 640, 600, 564, 480)
LOW = (220, 180, 150, 120)
VERSIONS = 3  # of each way
TINY = (32, 24, 16)  # too small to tell what it shows
Truth = Literal["exact", "modified", "similar", "unverifiable", "none"]
Trouble = Literal["", "gone", "forbidden", "page", "slow"]


class Way(NamedTuple):
    """What is done to the original, what a person would call the outcome, and how many of 100 pictures are so."""

    name: str
    truth: Truth
    share: int


WAYS: Mapping[str, Way] = {
    "e": Way("exact", "exact", 22),
    "l": Way("low", "exact", 8),
    "j": Way("squeezed", "exact", 5),
    "c": Way("crop", "modified", 7),
    "w": Way("recolour", "modified", 4),
    "g": Way("grey", "modified", 2),
    "u": Way("blur", "modified", 2),
    "m": Way("mirror", "modified", 3),
    "r": Way("rotate", "modified", 2),
    "t": Way("watermark", "modified", 4),
    "n": Way("meme", "modified", 3),
    "b": Way("sticker", "modified", 3),
    "o": Way("logo", "modified", 2),
    "f": Way("frame", "modified", 2),
    "k": Way("collage", "modified", 2),
    "p": Way("page", "modified", 1),
    "h": Way("phone", "modified", 1),
    "x": Way("redrawn", "similar", 9),
    "y": Way("neighbour", "similar", 8),
    "a": Way("unrelated", "similar", 4),
    "i": Way("tiny", "unverifiable", 3),
    "v": Way("plain", "unverifiable", 3),
}
_BAG = "".join(letter * way.share for letter, way in WAYS.items())
# Of two hundred pictures so many are gone, refused, a page in place of a picture, or slow to come.
_TROUBLES: tuple[Trouble, ...] = ("gone", "gone", "forbidden", "page", "slow")
_OWN = 9  # the number of the brand's own pictures, which always come


_SIDES_OF: Mapping[str, tuple[int, ...]] = {"low": LOW, "tiny": TINY}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a picture is made: the letter of its way, and which of its versions."""

    letter: str
    version: int

    @property
    def way(self) -> str:
        """What is done to the original."""
        return WAYS[self.letter].name

    @property
    def truth(self) -> Truth:
        """What the finished picture is to an original that is neither plain nor grey nor symmetric."""
        return WAYS[self.letter].truth

    @property
    def side(self) -> int:
        """The longest side in pixels at full size."""
        return dice.pick(_SIDES_OF.get(self.way, SIDES), self.letter, self.version, "side")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A picture as one page shows it; pages copy from one another, so many show the same version of a way."""

    seed: int
    number: int
    letter: str

    @property
    def recipe(self) -> Recipe:
        """How it is made."""
        version = dice.number(self.seed, self.number, "version") % VERSIONS
        return Recipe(letter=self.letter, version=version)

    @property
    def trouble(self) -> Trouble:
        """What comes between its host and whoever asks for it."""
        draw = dice.number(self.seed, self.number, "trouble") % 200
        return _TROUBLES[draw] if draw < len(_TROUBLES) and self.number != _OWN else ""


def shown(seed: int, number: int, *, is_own: bool) -> Shown:
    """A page's picture; our own site shows the original, and always answers."""
    if is_own:
        return Shown(seed=(seed + number) % 2**64, number=_OWN, letter="e")
    return Shown(seed=seed, number=number, letter=dice.pick(_BAG, seed, number, "way"))
