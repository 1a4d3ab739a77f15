"""Bytes to pixels of a known size, and samples of them under a map."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from cv2.typing import MatLike

from monitor import imaging

from . import affine
from .affine import Matrix, Size

REFERENCE_SIDE = 480
# Pages and collages hold ours small: larger candidates keep more.
LARGE_SIDE = 640
MOST_UP = 2.0
LEAST_LEVEL = 24


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Pixels in RGB (height, width, 3) as they are looked at; `native` is the (width, height) they came in."""

    rgb: MatLike
    native: Size

    @property
    def size(self) -> Size:
        """(width, height) in pixels."""
        return self.rgb.shape[1], self.rgb.shape[0]

    @cached_property
    def grey(self) -> MatLike:
        """Luma, (height, width)."""
        return cv2.cvtColor(self.rgb, cv2.COLOR_RGB2GRAY)

    @cached_property
    def grey_levels(self) -> tuple[MatLike, ...]:
        """Luma at full, half, quarter … size."""
        return halvings(self.grey)

    def grey_at(self, side: int) -> MatLike:
        """Luma with the long side at `side` px."""
        width, height = self.size
        scale = side / max(width, height)
        return sampled(
            self.grey_levels, affine.IDENTITY, (max(1, round(width * scale)), max(1, round(height * scale)))
        )

    @cached_property
    def rgb_levels(self) -> tuple[MatLike, ...]:
        """The picture at full, half, quarter … size."""
        return halvings(self.rgb)


def read(data: bytes, *, largest: int) -> Picture:
    """The picture upright with its long side at 480 px, up to `largest` px when it has them, at most twice up.

    Raises imaging.ImageError when it cannot be read.
    """
    decoded = imaging.upright(data, side=largest)
    rgb = np.asarray(decoded.image)
    native = (decoded.width, decoded.height)
    return Picture(rgb=_scaled(rgb, max(native)), native=native)


def shrunk(picture: Picture, side: int) -> Picture:
    """The picture with its long side at most `side` px."""
    width, height = picture.size
    scale = min(1.0, side / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    rgb = cv2.resize(picture.rgb, size, interpolation=cv2.INTER_AREA)
    return Picture(rgb=rgb, native=picture.native)


def halvings(plane: MatLike) -> tuple[MatLike, ...]:
    """The plane and its halves, down to a short side of 24 px."""
    levels = [plane]
    while min(levels[-1].shape[:2]) >= 2 * LEAST_LEVEL:
        height, width = levels[-1].shape[:2]
        levels.append(cv2.resize(levels[-1], (width // 2, height // 2), interpolation=cv2.INTER_AREA))
    return tuple(levels)


def sampled(levels: tuple[MatLike, ...], frame: Matrix, size: Size) -> MatLike:
    """The picture seen through a frame of (width, height) px, a map from the unit square to its fractions.

    What lies outside the picture repeats its border.
    """
    height, width = levels[0].shape[:2]
    step = (affine.area(frame) * width * height / (size[0] * size[1])) ** 0.5
    level = levels[min(len(levels) - 1, max(0, int(np.log2(max(step, 1.0)))))]
    to_level = affine.inverted(affine.from_pixels((level.shape[1], level.shape[0])))
    pixels = affine.compose(to_level, affine.compose(frame, affine.from_pixels(size)))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(level, pixels, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)


def _scaled(rgb: MatLike, native_side: int) -> MatLike:
    height, width = rgb.shape[:2]
    side = max(width, height)
    scale = min(max(REFERENCE_SIDE, side), MOST_UP * native_side) / side
    if scale == 1:
        return rgb
    target = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(rgb, target, interpolation=cv2.INTER_CUBIC)
