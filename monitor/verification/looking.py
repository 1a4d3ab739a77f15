"""The watched picture made ready, and the search for it in another."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from . import affine, evidence, features, pictures
from .affine import Matrix, Size
from .agreement import textured_windows
from .alignment import Aligned, aligned
from .features import Features, Grid
from .pictures import Picture
from .placements import keypoints, templates, whole
from .placements.whole import Small
from .refinement import refined

OUR_GRID, OUR_HALF_GRID = Grid(cells=6, most=24), Grid(cells=4, most=16)
# Mirrored copies are mostly large, and the first ways find them.
OUR_MIRRORED_GRID = Grid(cells=6, most=14)
THEIR_GRID = Grid(cells=8, most=20)
KEPT_SIDE = 224
SURE = 0.97
# Of placements that say the same (of a picture that is its own mirror image, say) the first one stays.
CLEARLY = 0.01

# A picture smaller than that (pixels) or flatter (deviation of luma, independent textured windows) says nothing.
LEAST_LONG_SIDE, LEAST_SHORT_SIDE = 40, 16
LEAST_DEVIATION = 6.0
LEAST_WINDOWS = 4.0
TELLING_SIDE = 160

_MIRROR = affine.dihedral()[4]


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What is kept of a watched picture so that others can be compared with it, about 200 kB."""

    picture: Picture
    size: Size  # that its features were found in
    smalls: tuple[Small, ...]
    plain: Features
    mirrored: Features
    is_telling: bool


@dataclass(frozen=True, kw_only=True)
class Sight:
    """One placement with the score that speaks for it, 0 to 1."""

    pair: Aligned
    score: float


def ready(picture: Picture) -> Reference:
    """The picture with its features, plain and mirrored, and its pixels at 224 px."""
    return Reference(
        picture=pictures.shrunk(picture, KEPT_SIDE),
        size=picture.size,
        smalls=whole.smalls(picture),
        plain=features.found_at_two_sizes(picture.grey, OUR_GRID, OUR_HALF_GRID),
        mirrored=features.found(cv2.flip(picture.grey, 1), OUR_MIRRORED_GRID),
        is_telling=is_telling(picture),
    )


def is_telling(picture: Picture) -> bool:
    """Whether there is enough in a picture to know it again."""
    if max(picture.native) < LEAST_LONG_SIDE or min(picture.native) < LEAST_SHORT_SIDE:
        return False
    grey = picture.grey_at(TELLING_SIDE).astype(np.float32)
    return float(grey.std()) >= LEAST_DEVIATION and textured_windows(grey) >= LEAST_WINDOWS


def best_sight(ours: Reference, theirs: Picture) -> Sight | None:
    """The placement that most speaks for, or None; once one is sure no other is tried."""
    best: Sight | None = None
    for matrix in _guesses(ours, theirs):
        sight = _seen(ours.picture, theirs, matrix)
        if sight and (best is None or sight.score > best.score + CLEARLY):
            best = sight
        if best and best.score >= SURE:
            break
    return best


def _guesses(ours: Reference, theirs: Picture) -> Iterator[Matrix]:
    """Likely placements, those that are cheap to find first."""
    yield from whole.placements(ours.smalls, whole.smalls(theirs))
    yield from templates.placements(ours.picture, theirs)
    yield from _by_features(ours, theirs)


def _by_features(ours: Reference, theirs: Picture) -> Iterator[Matrix]:
    seen = features.found(theirs.grey, THEIR_GRID)
    for mine, turn in ((ours.plain, affine.IDENTITY), (ours.mirrored, _MIRROR)):
        matrix = keypoints.placement(mine, ours.size, seen, theirs.size)
        if matrix is not None:
            yield affine.compose(matrix, turn)


def _seen(ours: Picture, theirs: Picture, matrix: Matrix) -> Sight | None:
    rough = aligned(ours, theirs, matrix)
    found = refined(ours, theirs, rough) if rough else None
    if found is None:
        return None
    pair, agrees = found
    return Sight(pair=pair, score=evidence.score(agrees, pair.visible_share))
