"""Both pictures in one small frame."""

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike

from . import affine
from .affine import Box, Matrix, Points, Size
from .pictures import Picture, sampled

SHORTEST, LONGEST = 56, 160
BLUR = 1.0
LEAST_VISIBLE = 0.06


@dataclass(frozen=True, kw_only=True)
class Aligned:
    """The visible part of ours and theirs laid on it, both grey (height, width) float32; `seen` marks theirs."""

    matrix: Matrix  # ours onto theirs, over fractions
    box: Box  # of ours, in fractions, that the frame shows
    visible_share: float
    ours: MatLike
    theirs: MatLike
    seen: MatLike  # 255 where theirs has pixels

    @property
    def size(self) -> Size:
        """(width, height) of the frame in pixels."""
        return self.ours.shape[1], self.ours.shape[0]


def visible(matrix: Matrix) -> tuple[float, Box] | None:
    """The share of ours that lies within theirs and the box around it; None where it is under 6 %."""
    if affine.area(matrix) < 1e-6:
        return None
    window = affine.applied(affine.inverted(matrix), affine.corners())
    share, polygon = cv2.intersectConvexConvex(affine.corners().astype(np.float32), window.astype(np.float32))
    if share < LEAST_VISIBLE or polygon is None:
        return None
    return float(share), _around(polygon[:, 0].astype(float))


def aligned(ours: Picture, theirs: Picture, matrix: Matrix, *, longest: int = LONGEST) -> Aligned | None:
    """Both in a frame of 56 to 160 px, as fine as the coarser one is there; None where too little is seen."""
    shown = visible(matrix)
    if shown is None:
        return None
    share, box = shown
    size = _frame_size(ours, theirs, matrix, box, longest)
    frame = affine.box_map(box)
    through = affine.compose(matrix, frame)
    return Aligned(
        matrix=matrix,
        box=box,
        visible_share=share,
        ours=_smooth(sampled(ours.grey_levels, frame, size)),
        theirs=_smooth(sampled(theirs.grey_levels, through, size)),
        seen=seen_in(through, size),
    )


def seen_in(through: Matrix, size: Size) -> MatLike:
    """255 where a frame of (width, height) px shows pixels of the picture that `through` maps it into."""
    corners = affine.applied(
        affine.inverted(affine.compose(through, affine.from_pixels(size))), affine.corners()
    )
    mask = np.zeros((size[1], size[0]), np.uint8)
    fixed = np.clip(corners * 16, -(2**20), 2**20).round().astype(np.int32)
    return cv2.fillConvexPoly(mask, fixed, 255, shift=4)


def _frame_size(ours: Picture, theirs: Picture, matrix: Matrix, box: Box, longest: int) -> Size:
    across, down = box[2] - box[0], box[3] - box[1]
    width, height = across * ours.native[0], down * ours.native[1]
    seen_as = matrix[:, :2] * np.array(theirs.native)[:, None]
    scale = min(
        1.0,
        float(np.linalg.norm(seen_as[:, 0])) * across / width,
        float(np.linalg.norm(seen_as[:, 1])) * down / height,
    )
    side = min(longest, max(SHORTEST, scale * max(width, height)))
    return max(9, round(side * width / max(width, height))), max(9, round(side * height / max(width, height)))


def _smooth(plane: MatLike) -> MatLike:
    return cv2.GaussianBlur(plane.astype(np.float32), (0, 0), BLUR)


def _around(polygon: Points) -> Box:
    left, top = np.clip(polygon.min(axis=0), 0, 1)
    right, bottom = np.clip(polygon.max(axis=0), 0, 1)
    return float(left), float(top), float(right), float(bottom)
