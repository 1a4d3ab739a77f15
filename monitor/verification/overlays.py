"""Text and logos that were laid over ours."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

from .closeup import CloseUp
from .colour import Colouring
from .places import place_of
from .verdicts import Change, ChangeKind

# Levels of 255 by which an overlay stands out, after what blur and a shift of a pixel explain at our edges. Where
# the colours were changed too, each colour took its own way and more is needed.
STANDS_OUT, STANDS_OUT_RECOLOURED = 11.0, 36.0
EDGE_SHARE = 0.15
SMOOTH, EDGE_SMOOTH = 1.5, 1.2
# Strokes of one line of text are this near, as a share of the frame's long side.
NEAR = 0.05
LEAST_AREA = 0.0003  # of the frame
EVERYWHERE = 0.7  # of its width and height
LINE = 3.0  # times wider than high
LEAST_STROKES = 4
MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """One thing laid over ours; the box is in fractions of the frame."""

    box: tuple[float, float, float, float]
    strokes: int
    area: float  # share of the frame that differs

    @property
    def kind(self) -> ChangeKind:
        """Text runs in lines or has many strokes; what is neither is taken for a logo."""
        across, down = self.box[2] - self.box[0], self.box[3] - self.box[1]
        is_text = self.strokes >= LEAST_STROKES or across > LINE * down
        return ChangeKind.TEXT if is_text else ChangeKind.LOGO


def overlays(view: CloseUp, colours: Colouring) -> tuple[Overlay, ...]:
    """What stands out from ours in theirs, largest first."""
    mask = _standing_out(view, colours)
    height, width = mask.shape
    reach = max(3, round(NEAR * max(height, width)))
    joined = cv2.dilate(mask, np.ones((max(3, reach // 2), reach), np.uint8))
    count, labels = cv2.connectedComponents(joined)
    strokes = cv2.connectedComponents(mask)[1]
    found = [_overlay(number, mask, labels, strokes) for number in range(1, count)]
    large = [one for one in found if one.area >= LEAST_AREA]
    return tuple(sorted(large, key=lambda one: -one.area))


def named(found: tuple[Overlay, ...]) -> tuple[Change, ...]:
    """The overlays as changes, each kind and place once."""
    changes = (Change(one.kind, where=place_of(one.box, EVERYWHERE)) for one in found[:MOST_NAMED])
    return tuple(dict.fromkeys(changes))


def _standing_out(view: CloseUp, colours: Colouring) -> MatLike:
    ours = colours.expected(cv2.cvtColor(view.ours, cv2.COLOR_RGB2GRAY))
    theirs = cv2.cvtColor(view.theirs, cv2.COLOR_RGB2GRAY)
    # Smoothed with its sign: what recompression does at edges cancels out, strokes do not.
    difference = np.abs(cv2.GaussianBlur(theirs - ours, (0, 0), SMOOTH))
    window = np.ones((5, 5), np.uint8)
    edges = cv2.GaussianBlur(cv2.dilate(ours, window) - cv2.erode(ours, window), (0, 0), EDGE_SMOOTH)
    least = STANDS_OUT_RECOLOURED if colours.is_changed else STANDS_OUT
    out: npt.NDArray[np.bool_] = difference - EDGE_SHARE * edges > least
    inside = cv2.erode(view.seen, np.ones((7, 7), np.uint8), borderValue=0) > 0
    return (out & inside).astype(np.uint8)


def _overlay(number: int, mask: MatLike, labels: MatLike, strokes: MatLike) -> Overlay:
    height, width = mask.shape
    part = (labels == number) & (mask > 0)
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    return Overlay(
        box=(columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height),
        strokes=len(np.unique(strokes[part])),
        area=float(part.mean()),
    )
