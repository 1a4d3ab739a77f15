"""What a painter is given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from PIL import Image
from PIL.Image import Resampling

from monitor.simulator.web.recipes import Recipe

Picture = Image.Image
Size = tuple[int, int]
Colour = tuple[int, int, int]
Others = Callable[[int], Sequence[Picture]]


@dataclass(frozen=True, kw_only=True)
class Job:
    """An original in RGB, the size that is asked for, a stream of chances, and what may stand beside it."""

    source: Picture
    size: Size
    recipe: Recipe
    random: Random
    others: Others

    @property
    def side(self) -> int:
        """The longest side that is asked for."""
        return max(self.size)

    def copy(self) -> Picture:
        """The whole original in the size that is asked for."""
        return resized(self.source, self.size)

    def of(self, source: Picture) -> "Job":
        """The same with another picture in place of the original."""
        return replace(self, source=source)


def resized(picture: Picture, size: Size) -> Picture:
    """The whole picture in a new size."""
    return picture.resize(size, Resampling.BILINEAR, reducing_gap=2.0)
