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
AGREES, CLOSELY = 0.6, 0.9
# Windows of theirs with so many times the expected variance have something laid over them.
LAID_OVER = 2.5
LEAST_GAIN = 0.05
UNEVEN_AT_MOST = 2.0


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What the textured windows of ours that theirs shows say; shares of them, 0 to 1.

    `share` agree, `close` agree closely, `conflict` show something else of the same strength (text and logos are
    stronger). `support` is the number of independent ones that agree. `unevenness` is how far their contrasts
    differ from one common change of contrast: nothing for a copy, as much as the contrast itself for chance.
    """

    share: float
    close: float
    conflict: float
    support: float
    unevenness: float


NONE = Agreement(share=0.0, close=0.0, conflict=0.0, support=0.0, unevenness=UNEVEN_AT_MOST)


def agreement(pair: Aligned) -> Agreement:
    """Normalised correlation in windows of 9 x 9 px."""
    mean_ours, mean_theirs = _mean(pair.ours), _mean(pair.theirs)
    textured = _textured(pair, mean_ours)
    if not textured.any():
        return NONE
    variance_ours = (_mean(pair.ours * pair.ours) - mean_ours * mean_ours)[textured]
    variance_theirs = (_mean(pair.theirs * pair.theirs) - mean_theirs * mean_theirs)[textured]
    covariance = (_mean(pair.ours * pair.theirs) - mean_ours * mean_theirs)[textured]
    correlation = covariance / np.sqrt(variance_ours * np.maximum(variance_theirs, FLOOR))
    agrees = correlation > AGREES
    gain, unevenness = _gain((covariance / variance_ours)[agrees])
    excess = variance_theirs / np.maximum(gain * gain * variance_ours, 1.0)
    return Agreement(
        share=float(agrees.mean()),
        close=float((correlation > CLOSELY).mean()),
        conflict=float((~agrees & (excess < LAID_OVER)).mean()),
        support=float(agrees.sum()) / WINDOW**2,
        unevenness=unevenness,
    )


def textured_windows(grey: MatLike) -> float:
    """How many independent textured windows a picture (height, width, float32) has."""
    mean = _mean(grey)
    return float((_mean(grey * grey) - mean * mean > TEXTURED).sum()) / WINDOW**2


def _textured(pair: Aligned, mean: MatLike) -> npt.NDArray[np.bool_]:
    """Textured windows of ours of which theirs shows most."""
    inside = cv2.erode(pair.seen, np.ones((WINDOW // 2, WINDOW // 2), np.uint8)) > 0
    return np.asarray((_mean(pair.ours * pair.ours) - mean * mean > TEXTURED) & inside)


def _gain(gains: MatLike) -> tuple[float, float]:
    """The common gain of contrast (median), and how far the middle half of the windows differs from it."""
    if not len(gains):
        return 1.0, UNEVEN_AT_MOST
    low, middle, high = np.quantile(gains, (0.25, 0.5, 0.75))
    return float(middle), min(UNEVEN_AT_MOST, float(high - low) / max(abs(float(middle)), LEAST_GAIN))


def _mean(plane: MatLike) -> MatLike:
    return cv2.boxFilter(plane, -1, (WINDOW, WINDOW), borderType=cv2.BORDER_REFLECT)
