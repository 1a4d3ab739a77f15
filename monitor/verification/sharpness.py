"""How much of our fine detail a copy still has."""

import cv2
import numpy as np
from cv2.typing import MatLike

from .closeup import CloseUp
from .colour import Colouring

# The band of detail in pixels: finer detail goes with any resizing and recompression, coarser stays in any blur.
FINE, COARSE = 0.7, 1.4
# Under this energy ours has no such detail that could be missed.
LEAST_DETAIL = 1.0
# Recompressed copies keep more than that; blurred ones, by 0.4 % of the width and more, less.
BLURRED = 0.73
LEAST_GAIN = 0.05


def is_blurred(view: CloseUp, colours: Colouring) -> bool:
    """Whether fine detail of ours is missing at the size the copy came in."""
    return kept_detail(view, colours) < BLURRED


def kept_detail(view: CloseUp, colours: Colouring) -> float:
    """The share of ours in theirs, 1 when nothing is lost: the regression of their fine band on ours.

    Noise and blocks that compression adds do not count, as they do not follow ours.
    """
    inside = cv2.erode(view.seen, np.ones((5, 5), np.uint8)) > 0
    ours, theirs = _band(view.ours)[inside], _band(view.theirs)[inside]
    energy = float((ours * ours).mean())
    if energy < LEAST_DETAIL or colours.gain < LEAST_GAIN:
        return 1.0
    return float((ours * theirs).mean()) / energy / colours.gain


def _band(rgb: MatLike) -> MatLike:
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    return cv2.GaussianBlur(grey, (0, 0), FINE) - cv2.GaussianBlur(grey, (0, 0), COARSE)
