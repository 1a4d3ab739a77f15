"""How the light and the colours of a copy differ from ours."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

from .closeup import CloseUp

# Colours are compared without fine detail, which compression spoils.
BLUR = 2.0
ROUNDS = 3
# The share of pixels that the fit believes: the rest may be text or a logo.
BELIEVED = 0.7
LEAST_ERROR = 2.0

# Levels of 255. Recompressed copies stay below; a quarter more light or colour is above.
MOST_LIGHT = 6.0
MOST_CHROMA = 3.0
# A flat shift of all colours that small is seen sooner than noise of the same size.
MOST_CAST = 2.5


@dataclass(frozen=True, kw_only=True)
class Colouring:
    """Theirs against ours where both show the same: luma = gain * ours + offset; differences in levels of 255."""

    gain: float
    offset: float
    light: float  # of the darkest or brightest parts
    chroma: float  # mean over the picture
    cast: float  # common to all of it

    @property
    def is_changed(self) -> bool:
        """Whether somebody changed brightness, contrast, saturation or tint."""
        return self.light > MOST_LIGHT or self.chroma > MOST_CHROMA or self.cast > MOST_CAST


def colouring(view: CloseUp) -> Colouring:
    """The fit over the pixels that follow one line of light, so that an overlay does not move it."""
    ours, theirs = _channels(view.ours), _channels(view.theirs)
    inside = cv2.erode(view.seen, np.ones((5, 5), np.uint8)) > 0
    ours, theirs = ours[inside], theirs[inside]
    believed, gain, offset = _line(ours[:, 0], theirs[:, 0])
    ours, theirs = ours[believed], theirs[believed]
    ends = np.quantile(ours[:, 0], (0.05, 0.95))
    shift = theirs[:, 1:] - ours[:, 1:]
    return Colouring(
        gain=gain,
        offset=offset,
        light=float(np.abs(gain * ends + offset - ends).max()),
        chroma=float(np.abs(shift).mean()),
        cast=float(np.abs(shift.mean(axis=0)).max()),
    )


def _channels(rgb: MatLike) -> MatLike:
    return cv2.GaussianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb), (0, 0), BLUR)


def _line(ours: MatLike, theirs: MatLike) -> tuple[npt.NDArray[np.bool_], float, float]:
    """A line through most of the points, and which ones: least squares, each time without the worst."""
    believed = np.ones(len(ours), bool)
    gain, offset = 1.0, 0.0
    for _ in range(ROUNDS):
        gain, offset = _fit(ours[believed], theirs[believed])
        error = np.abs(gain * ours + offset - theirs)
        believed = error <= max(float(np.quantile(error, BELIEVED)), LEAST_ERROR)
    return believed, gain, offset


def _fit(ours: MatLike, theirs: MatLike) -> tuple[float, float]:
    spread = float(ours.var())
    if spread < 1:
        return 1.0, float(theirs.mean() - ours.mean())
    gain = float(((ours - ours.mean()) * (theirs - theirs.mean())).mean()) / spread
    return gain, float(theirs.mean()) - gain * float(ours.mean())
