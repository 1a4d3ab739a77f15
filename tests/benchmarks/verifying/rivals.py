"""Plain ways to compare pictures: a difference hash, and a hash in the manner of PDQ in eight orientations."""

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Bits = npt.NDArray[np.bool_]
NEVER = 999
# PDQ: a smoothed 64 x 64 picture, the 16 x 16 lowest frequencies but the first, each above their median or not.
SIDE, FREQUENCIES = 64, 16


def dhash_distance(watched: Path, candidate: Path) -> int:
    """How many of 64 bits differ."""
    return int((_dhash(watched) != _dhash(candidate)).sum())


def pdq_distance(watched: Path, candidate: Path) -> int:
    """How many of 256 bits differ, the least over the eight orientations."""
    theirs = _pdq(_grey(candidate))
    return min(int((ours != theirs).sum()) for ours in _pdq_orientations(watched))


@lru_cache(maxsize=8)
def _dhash(path: Path) -> Bits:
    small = cv2.resize(_grey(path), (9, 8), interpolation=cv2.INTER_AREA)
    return np.asarray(small[:, 1:] > small[:, :-1])


@lru_cache(maxsize=8)
def _pdq_orientations(path: Path) -> tuple[Bits, ...]:
    grey = _grey(path)
    return tuple(_pdq(np.rot90(base, turns)) for base in (grey, np.fliplr(grey)) for turns in range(4))


def _pdq(grey: npt.NDArray[np.float32]) -> Bits:
    window = max(1, min(grey.shape) // 128 * 2 + 1)
    smooth = cv2.blur(cv2.blur(np.ascontiguousarray(grey), (window, window)), (window, window))
    small = cv2.resize(smooth, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    low = cv2.dct(small)[1 : FREQUENCIES + 1, 1 : FREQUENCIES + 1]
    return np.asarray(low > np.median(low))


@lru_cache(maxsize=8)
def _grey(path: Path) -> npt.NDArray[np.float32]:
    with Image.open(path) as image:
        image.thumbnail((512, 512))
        return np.asarray(image.convert("L"), np.float32)
