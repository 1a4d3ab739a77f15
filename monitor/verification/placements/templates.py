"""Ours in theirs or theirs in ours by the look of the whole: for smooth pictures that have few features."""

from collections.abc import Iterator

import cv2
import numpy as np
from cv2.typing import MatLike

from .. import affine
from ..affine import Matrix
from ..pictures import Picture

# Coarse is enough: refinement does the rest, and does it better from a smooth start.
SIDE = 80
INSIDE_SCALES = tuple(np.geomspace(0.24, 1.0, 10))
CROP_SCALES = tuple(np.geomspace(0.42, 1.0, 8))
LEAST_CORRELATION = 0.62
BEST = 2
LEAST_PIXELS = 8

_MIRROR = affine.dihedral()[4]


def placements(ours: Picture, theirs: Picture) -> list[Matrix]:
    """The two best maps of ours onto theirs, plain or mirrored, with equal scale across and down."""
    found: list[tuple[float, Matrix]] = []
    plain, page = _shrunk(ours), _shrunk(theirs)
    for turn, mine in ((affine.IDENTITY, plain), (_MIRROR, cv2.flip(plain, 1))):
        for score, box_map in _slid(mine, page, INSIDE_SCALES):
            found.append((score, affine.compose(box_map, turn)))
        for score, box_map in _slid(page, mine, CROP_SCALES):
            found.append((score, affine.compose(affine.inverted(box_map), turn)))
    return [matrix for _, matrix in sorted(found, key=lambda pair: -pair[0])[:BEST]]


def _slid(part: MatLike, whole: MatLike, scales: tuple[float, ...]) -> Iterator[tuple[float, Matrix]]:
    """Where `part` at each scale fits `whole` best: the correlation and the map of part onto whole."""
    height, width = whole.shape
    fit = min(width / part.shape[1], height / part.shape[0])
    for scale in scales:
        size = round(part.shape[1] * fit * scale), round(part.shape[0] * fit * scale)
        if min(size) < LEAST_PIXELS:
            continue
        small = cv2.resize(part, (min(size[0], width), min(size[1], height)), interpolation=cv2.INTER_AREA)
        result = cv2.matchTemplate(whole, small, cv2.TM_CCOEFF_NORMED)
        _, score, _, (x, y) = cv2.minMaxLoc(result)
        if LEAST_CORRELATION < score <= 1.01:
            box = (x / width, y / height, (x + small.shape[1]) / width, (y + small.shape[0]) / height)
            yield score, affine.box_map(box)


def _shrunk(picture: Picture) -> MatLike:
    return cv2.GaussianBlur(picture.grey_at(SIDE).astype(np.float32), (0, 0), 1.0)
