"""How far two aligned pictures agree, window by window."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

from .alignment import Aligned

WINDOW = 9
FLOOR = 4.0  # variance of noise
TEXTURED = 25.0
AGREES = 0.6


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """`share` of our textured windows that agree; `support` = independent windows that do."""

    share: float
    support: float
    textured: float  # independent textured windows of ours that are seen
    correlation: MatLike  # of each window, -1 to 1
    is_textured: npt.NDArray[np.bool_]


def agreement(pair: Aligned) -> Agreement:
    """Normalised correlation in windows of 9 x 9 px over the textured ones that theirs shows."""
    mean_a, mean_b = _mean(pair.ours), _mean(pair.theirs)
    var_a = _mean(pair.ours * pair.ours) - mean_a * mean_a
    var_b = _mean(pair.theirs * pair.theirs) - mean_b * mean_b
    covariance = _mean(pair.ours * pair.theirs) - mean_a * mean_b
    correlation = covariance / np.sqrt(np.maximum(var_a, FLOOR) * np.maximum(var_b, FLOOR))
    seen = cv2.erode(pair.seen, np.ones((WINDOW // 2, WINDOW // 2), np.uint8)) > 0
    is_textured = (var_a > TEXTURED) & seen
    count = int(is_textured.sum())
    share = float((correlation[is_textured] > AGREES).mean()) if count else 0.0
    textured = count / WINDOW**2
    return Agreement(
        share=share,
        support=textured * share,
        textured=textured,
        correlation=correlation,
        is_textured=is_textured,
    )


def textured_windows(grey: MatLike) -> float:
    """How many independent textured windows a picture (height, width, float32) has."""
    mean = _mean(grey)
    return float((_mean(grey * grey) - mean * mean > TEXTURED).sum()) / WINDOW**2


def _mean(plane: MatLike) -> MatLike:
    return cv2.boxFilter(plane, -1, (WINDOW, WINDOW), borderType=cv2.BORDER_REFLECT)
