"""Ours anywhere in theirs, by matched ORB features and an affine map that many of them share."""

import cv2
import numpy as np

from .. import affine
from ..affine import Matrix, Points, Size
from ..features import Features

RATIO = 0.82
REACH, ROUNDS, CONFIDENCE = 4.0, 800, 0.99
LEAST_INLIERS = 5
# What a flat picture can become on a page: not a needle, not a shear.
SHORTEST, LONGEST = 0.04, 8.0
NARROWEST, WIDEST = 0.55, 1.8
MOST_SKEW = 0.22


def placement(ours: Features, our_size: Size, theirs: Features, their_size: Size) -> Matrix | None:
    """The map (over fractions) that most of the matched features share, or None; sizes in pixels."""
    if len(ours) < LEAST_INLIERS or len(theirs) < LEAST_INLIERS:
        return None
    source, target = _matched(ours, theirs)
    if len(source) < LEAST_INLIERS:
        return None
    fit, inliers = cv2.estimateAffine2D(
        source, target, method=cv2.RANSAC, ransacReprojThreshold=REACH, maxIters=ROUNDS, confidence=CONFIDENCE
    )
    if fit is None:
        return None
    pixels = fit.astype(float)
    kept = inliers[:, 0].astype(bool)
    if not _is_plausible(pixels) or min(_distinct(source[kept]), _distinct(target[kept])) < LEAST_INLIERS:
        return None
    from_ours = affine.inverted(affine.from_pixels(our_size))
    return affine.compose(affine.from_pixels(their_size), affine.compose(pixels, from_ours))


def _matched(ours: Features, theirs: Features) -> tuple[Points, Points]:
    """Positions of features whose best match is clearly nearer than their second best."""
    distances, indices = cv2.batchDistance(
        ours.descriptors, theirs.descriptors, cv2.CV_32S, normType=cv2.NORM_HAMMING, K=2
    )
    clear = distances[:, 0] < RATIO * distances[:, 1]
    return ours.points[clear], theirs.points[indices[clear, 0]]


def _is_plausible(pixels: Matrix) -> bool:
    across, down = np.linalg.norm(pixels[:, 0]), np.linalg.norm(pixels[:, 1])
    if not (SHORTEST < across < LONGEST and SHORTEST < down < LONGEST):
        return False
    skew = abs(float(pixels[:, 0] @ pixels[:, 1])) / (across * down)
    return bool(NARROWEST < across / down < WIDEST and skew < MOST_SKEW)


def _distinct(points: Points) -> int:
    return len(np.unique(points.round().astype(int), axis=0))
