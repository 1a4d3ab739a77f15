"""How much of our fine detail a copy still has."""

import cv2
import numpy as np
from cv2.typing import MatLike

from .closeup import CloseUp
from .colour import Colouring

FINE = 1.0
# Under it ours has no fine detail that could be missed.
LEAST_DETAIL = 2.0
BLURRED = 0.5


def kept_detail(view: CloseUp, colours: Colouring) -> float:
    """The share of ours in theirs, 1 when nothing is lost: the regression of their high frequencies on ours.

    Noise and blocks that compression adds do not count, as they do not follow ours.
    """
    inside = cv2.erode(view.seen, np.ones((5, 5), np.uint8)) > 0
    ours = _fine(view.ours)[inside]
    theirs = _fine(view.theirs)[inside]
    energy = float((ours * ours).mean())
    if energy < LEAST_DETAIL or colours.gain <= 0.05:
        return 1.0
    return float((ours * theirs).mean()) / energy / colours.gain


def is_blurred(view: CloseUp, colours: Colouring) -> bool:
    """Whether less than half of our fine detail is left at the size the copy came in."""
    return kept_detail(view, colours) < BLURRED


def _fine(rgb: MatLike) -> MatLike:
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    return grey - cv2.GaussianBlur(grey, (0, 0), FINE)
