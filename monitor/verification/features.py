"""ORB features spread evenly over a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

from .affine import Points

SCALE, LEVELS, FAST_THRESHOLD, PATCH = 1.2, 8, 7, 25
MOST_DETECTED = 2000


@dataclass(frozen=True, kw_only=True)
class Grid:
    """At most `most` features in each of `cells` x `cells` cells, so that one busy corner takes not all."""

    cells: int
    most: int


@dataclass(frozen=True, kw_only=True)
class Features:
    """Positions (n, 2) in pixels of the picture they were found in, and descriptors (n, 32)."""

    points: Points
    descriptors: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.points)


NONE = Features(points=np.zeros((0, 2)), descriptors=np.zeros((0, 32), np.uint8))


def found(grey: MatLike, grid: Grid) -> Features:
    """The strongest features of each cell; none in a flat picture."""
    if min(grey.shape) < 2 * PATCH:
        return NONE
    # The corner test's own score is faster than Harris's and finds more copies.
    detector = cv2.ORB.create(
        MOST_DETECTED,
        SCALE,
        LEVELS,
        edgeThreshold=PATCH // 2,
        patchSize=PATCH,
        fastThreshold=FAST_THRESHOLD,
        scoreType=cv2.ORB_FAST_SCORE,
    )
    strongest = _spread(detector.detect(grey, None), grey.shape, grid)
    kept, descriptors = detector.compute(grey, strongest)
    if not kept:
        return NONE
    return Features(
        points=np.asarray(cv2.KeyPoint.convert(kept), float),
        descriptors=np.asarray(descriptors, np.uint8),
    )


def found_at_two_sizes(grey: MatLike, full: Grid, half: Grid) -> Features:
    """Features of the picture, and of it at half its size: for copies that are small on a page."""
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA)
    large, coarse = found(grey, full), found(small, half)
    grown = (coarse.points + 0.5) * (width / small.shape[1], height / small.shape[0]) - 0.5
    return Features(
        points=np.concatenate([large.points, grown]),
        descriptors=np.concatenate([large.descriptors, coarse.descriptors]),
    )


def _spread(keypoints: Sequence[cv2.KeyPoint], shape: tuple[int, ...], grid: Grid) -> list[cv2.KeyPoint]:
    if not keypoints:
        return []
    points = np.asarray(cv2.KeyPoint.convert(keypoints))
    strength = np.array([keypoint.response for keypoint in keypoints])
    column = (points[:, 0] * grid.cells / shape[1]).astype(int)
    row = (points[:, 1] * grid.cells / shape[0]).astype(int)
    cell = row * grid.cells + column
    order = np.lexsort((-strength, cell))
    starts = np.searchsorted(cell[order], cell[order])
    kept = order[np.arange(len(order)) - starts < grid.most]
    return [keypoints[place] for place in kept]
