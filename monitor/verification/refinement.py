"""The fine correction of a placement."""

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike

from . import affine
from .agreement import Agreement, agreement
from .alignment import LONGEST, Aligned, aligned
from .pictures import Picture

# A correction that moves a corner further than this share of the frame found something else.
MOST_MOVED = 0.2
# Shares of agreement: chance before refinement, chance after its first steps, nothing left to gain.
PROMISING, LIKELY, ENOUGH = 0.1, 0.22, 0.97
# Overlays are left out where they are a minor part.
WORTH_MASKING = 0.35
MOST_MASKED_ROUNDS = 4
LEAST_GAIN = 0.005
# Levels of 255; the fit of light believes the better part of the pixels.
BELIEVED, LEAST_ERROR, MOST_ERROR = 0.7, 4.0, 14.0


@dataclass(frozen=True, kw_only=True)
class Step:
    """One run of ECC: at half the frame's size or not, how blurred, how many iterations, when to stop."""

    is_half: bool
    blur: int
    rounds: int
    stop: float


COARSE = Step(is_half=True, blur=3, rounds=30, stop=1e-4)
FINE = Step(is_half=False, blur=1, rounds=15, stop=1e-3)


def refined(ours: Picture, theirs: Picture, rough: Aligned) -> tuple[Aligned, Agreement] | None:
    """The placement as corrected by ECC with what speaks for it; None where it was chance."""
    best = rough, agreement(rough)
    if best[1].share < PROMISING:
        return None
    for step in (COARSE, FINE):
        if best[1].share < ENOUGH or step is FINE:
            best = _better(best, corrected(ours, theirs, best[0], step))
        if best[1].share < LIKELY:
            return None
    for _ in range(MOST_MASKED_ROUNDS):
        if not WORTH_MASKING < best[1].share < ENOUGH:
            break
        before = best[1].share
        best = _better(best, corrected(ours, theirs, best[0], FINE, trusted(best[0])))
        if best[1].share < before + LEAST_GAIN:
            break
    return best


def corrected(
    ours: Picture,
    theirs: Picture,
    pair: Aligned,
    step: Step = FINE,
    trusted: MatLike | None = None,
    longest: int = LONGEST,
) -> Aligned:
    """The pair after one run of ECC on the trusted pixels (255); unchanged where that fails or wanders off."""
    mask = pair.seen if trusted is None else trusted
    planes = [_halved(plane) if step.is_half else plane for plane in (pair.ours, pair.theirs, mask)]
    criteria = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, step.rounds, step.stop)
    start = np.eye(2, 3, dtype=np.float32)
    try:
        _, pixels = cv2.findTransformECC(
            planes[0], planes[1], start, cv2.MOTION_AFFINE, criteria, planes[2], step.blur
        )
    except cv2.error:  # it did not converge
        return pair
    to_unit = affine.from_pixels((planes[0].shape[1], planes[0].shape[0]))
    moved = affine.compose(to_unit, affine.compose(pixels.astype(float), affine.inverted(to_unit)))
    shift = np.abs(affine.applied(moved, affine.corners()) - affine.corners()).max()
    if not shift < MOST_MOVED:
        return pair
    frame = affine.box_map(pair.box)
    correction = affine.compose(frame, affine.compose(moved, affine.inverted(frame)))
    return aligned(ours, theirs, affine.compose(pair.matrix, correction), longest=longest) or pair


def trusted(pair: Aligned) -> MatLike:
    """255 where theirs follows ours along one line of light; text and logos laid over it do not."""
    inside = pair.seen > 0
    kept = inside
    error = np.zeros_like(pair.ours)
    for _ in range(2):
        gain, offset = _line(pair.ours[kept], pair.theirs[kept])
        error = cv2.GaussianBlur(np.abs(gain * pair.ours + offset - pair.theirs), (0, 0), 2)
        kept = inside & (error <= max(float(np.quantile(error[inside], BELIEVED)), LEAST_ERROR))
    return (inside & (error <= MOST_ERROR)).astype(np.uint8) * 255


def _better(best: tuple[Aligned, Agreement], pair: Aligned) -> tuple[Aligned, Agreement]:
    if pair is best[0]:
        return best
    found = agreement(pair)
    return (pair, found) if found.share >= best[1].share else best


def _halved(plane: MatLike) -> MatLike:
    height, width = plane.shape
    return cv2.resize(plane, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA)


def _line(ours: MatLike, theirs: MatLike) -> tuple[float, float]:
    spread = float(ours.var())
    gain = float(((ours - ours.mean()) * (theirs - theirs.mean())).mean()) / spread if spread > 1 else 1.0
    return gain, float(theirs.mean()) - gain * float(ours.mean())
