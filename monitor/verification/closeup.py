"""A copy and ours in one fine colour frame, for saying what was changed."""

from dataclasses import dataclass

import numpy as np
from cv2.typing import MatLike

from . import affine, alignment, refinement
from .affine import Matrix
from .alignment import Aligned
from .pictures import Picture, sampled

LONGEST = 224


@dataclass(frozen=True, kw_only=True)
class CloseUp:
    """The visible part of ours and theirs laid on it, RGB (height, width, 3) float32."""

    ours: MatLike
    theirs: MatLike
    seen: MatLike  # 255 where theirs has pixels


def close_up(ours: Picture, theirs: Picture, pair: Aligned) -> tuple[CloseUp, Matrix]:
    """Both in a frame of at most 224 px, as fine as the coarser one came in."""
    fine = alignment.aligned(ours, theirs, pair.matrix, longest=LONGEST) or pair
    fine = refinement.corrected(ours, theirs, fine, longest=LONGEST)
    frame = affine.box_map(fine.box)
    through = affine.compose(fine.matrix, frame)
    return CloseUp(
        ours=sampled(ours.rgb_levels, frame, fine.size).astype(np.float32),
        theirs=sampled(theirs.rgb_levels, through, fine.size).astype(np.float32),
        seen=fine.seen,
    ), fine.matrix
