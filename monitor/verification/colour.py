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

# Levels of 255, each just above what recompressed copies of many pictures reach.
MOST_LIGHT, MOST_CHROMA, MOST_CAST = 5.0, 2.5, 2.5
# Compression may take a little colour away, a filter takes or gives more. Judged where ours has colour at all.
PALEST, RICHEST = 0.72, 1.28
COLOURFUL, LEAST_COLOURFUL = 4.0, 60

# The curve of tones: medians of theirs over ranges of ours that hold enough pixels.
RANGES, LEAST_IN_RANGE = 16, 20


@dataclass(frozen=True, kw_only=True)
class Colouring:
    """Theirs against ours where both show the same; differences in levels of 255.

    Their luma is gain * ours + offset along a line, or what `levels` of ours became in `tones`.
    """

    gain: float
    offset: float
    light: float  # of the darkest or brightest parts
    chroma: float  # mean over the picture
    cast: float  # common to all of it
    saturation: float  # theirs for 1 of ours
    levels: npt.NDArray[np.float64]
    tones: npt.NDArray[np.float64]

    @property
    def is_changed(self) -> bool:
        """Whether somebody changed brightness, contrast, saturation or tint."""
        return (
            self.light > MOST_LIGHT
            or self.chroma > MOST_CHROMA
            or self.cast > MOST_CAST
            or not PALEST < self.saturation < RICHEST
        )

    def expected(self, grey: MatLike) -> MatLike:
        """Our luma as theirs would show it with nothing else changed."""
        if self.is_changed and len(self.levels) > 1:
            return np.asarray(np.interp(grey, self.levels, self.tones), np.float32)
        return np.asarray(np.clip(grey * self.gain + self.offset, 0, 255), np.float32)


def colouring(view: CloseUp) -> Colouring:
    """The fit over the pixels that follow one line of light, so that an overlay does not move it."""
    inside = cv2.erode(view.seen, np.ones((5, 5), np.uint8))[::2, ::2] > 0
    ours, theirs = _channels(view.ours)[inside], _channels(view.theirs)[inside]
    levels, tones = _curve(ours[:, 0], theirs[:, 0])
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
        saturation=_saturation(ours[:, 1:], theirs[:, 1:]),
        levels=levels,
        tones=tones,
    )


def _channels(rgb: MatLike) -> MatLike:
    """Luma and two colour differences around 0; after the blur each second pixel in each direction says all."""
    channels = cv2.cvtColor(rgb / 255, cv2.COLOR_RGB2YCrCb) * 255 - np.array((0, 127.5, 127.5), np.float32)
    return cv2.GaussianBlur(channels, (0, 0), BLUR)[::2, ::2]


def _saturation(ours: MatLike, theirs: MatLike) -> float:
    strength = (ours * ours).sum(axis=1)
    colourful = strength > COLOURFUL**2
    if colourful.sum() < LEAST_COLOURFUL:
        return 1.0
    return float((ours * theirs).sum(axis=1)[colourful].sum() / strength[colourful].sum())


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


def _curve(ours: MatLike, theirs: MatLike) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    ranges = np.clip(ours * RANGES / 256, 0, RANGES - 1).astype(int)
    points = [
        (np.median(ours[ranges == one]), np.median(theirs[ranges == one]))
        for one in range(RANGES)
        if (ranges == one).sum() >= LEAST_IN_RANGE
    ]
    levels, tones = np.array(points, float).reshape(-1, 2).T
    return levels, tones
