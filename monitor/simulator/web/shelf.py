"""The originals as pictures, decoded once, and which of them stand beside one another."""

import io
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from PIL import Image, ImageChops, ImageStat
from PIL.Image import Resampling

from monitor.simulator.library import Library
from monitor.simulator.web import dice
from monitor.simulator.web.painting import Picture
from monitor.simulator.web.recipes import Recipe

KEPT = 24  # pictures of a megabyte or two
NEAR = 12  # pictures among which the others are chosen
SMALL = 512  # pixels of a side
ALIKE = 10  # mean difference of two small grey pictures below which they are one, whatever their colours


class Shelf:
    """Pictures of a library by hash."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.picture = lru_cache(maxsize=KEPT)(self._picture)
        self._print_of = lru_cache(maxsize=1024)(self._small)

    def beside(self, sha256: str, recipe: Recipe, count: int) -> Sequence[Picture]:
        """Up to `count` other pictures, small ones; the recipe tells which."""
        key = f"{dice.number(sha256, recipe.letter, recipe.version):016x}"
        near = [one.sha256 for one in self._library.near(key, NEAR)]
        mixed = sorted(near, key=lambda other: dice.number(sha256, other, recipe.letter, recipe.version))
        others = (other for other in mixed if not self._is_same(other, sha256))
        return [self.picture(other, SMALL) for other in islice(others, count)]

    def _picture(self, sha256: str, side: int) -> Picture:
        """In RGB, at most `side` px. Nobody may change it."""
        with Image.open(io.BytesIO(self._library.content(sha256))) as opened:
            opened.draft("RGB", (side, side))
            picture = opened.convert("RGB")
        picture.thumbnail((side, side), Resampling.BOX)
        return picture

    def _is_same(self, one: str, other: str) -> bool:
        """Whether two originals show the same: one that was packed anew for another engine has another hash."""
        difference = ImageChops.difference(self._print_of(one), self._print_of(other))
        return ImageStat.Stat(difference).mean[0] < ALIKE

    def _small(self, sha256: str) -> Picture:
        return self.picture(sha256, SMALL).resize((12, 12), Resampling.BOX).convert("L")
