"""The watched picture made ready, and the search for it in another."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from . import affine, features, pictures
from .affine import Matrix, Size
from .agreement import Agreement, agreement, textured_windows
from .alignment import Aligned, aligned, refined
from .features import Features, Grid
from .pictures import Picture
from .placements import keypoints, templates, whole
from .placements.whole import Small

OUR_GRID = Grid(cells=6, most=45)
THEIR_GRID = Grid(cells=8, most=36)
KEPT_SIDE = 256
# Under it a placement is chance and not worth refining.
LEAST_PROMISING = 0.15
SURE = 0.9

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


@dataclass(frozen=True, kw_only=True)
class Sight:
    """One placement with what speaks for it."""

    pair: Aligned
    agreement: Agreement
    is_template: bool = False

    @property
    def score(self) -> float:
        """0 to 1; how much of ours agrees, less where little is there to agree."""
        needed = 12.0 if self.is_template else 6.0
        return self.agreement.share * min(1.0, self.agreement.support / needed)


def ready(picture: Picture) -> Reference:
    """The picture with its features, plain and mirrored, and its pixels at 256 px."""
    return Reference(
        picture=pictures.shrunk(picture, KEPT_SIDE),
        size=picture.size,
        smalls=whole.smalls(picture),
        plain=features.found(picture.grey, OUR_GRID),
        mirrored=features.found(cv2.flip(picture.grey, 1), OUR_GRID),
    )


def is_telling(picture: Picture) -> bool:
    """Whether there is enough in a picture to know it again."""
    if max(picture.native) < LEAST_LONG_SIDE or min(picture.native) < LEAST_SHORT_SIDE:
        return False
    grey = pictures.shrunk(picture, TELLING_SIDE).grey.astype(np.float32)
    return float(grey.std()) >= LEAST_DEVIATION and textured_windows(grey) >= LEAST_WINDOWS


def best_sight(ours: Reference, theirs: Picture) -> Sight | None:
    """The placement that most speaks for, or None; later ways are only tried while none is sure."""
    best: Sight | None = None
    for way in (_whole, _by_features, _by_look):
        for matrix in way(ours, theirs):
            sight = _seen(ours.picture, theirs, matrix, is_template=way is _by_look)
            if sight and (best is None or sight.score > best.score):
                best = sight
        if best and best.score >= SURE:
            break
    return best


def _whole(ours: Reference, theirs: Picture) -> Iterator[Matrix]:
    yield from whole.placements(ours.smalls, whole.smalls(theirs))


def _by_features(ours: Reference, theirs: Picture) -> Iterator[Matrix]:
    seen = features.found(theirs.grey, THEIR_GRID)
    for mine, turn in ((ours.plain, affine.IDENTITY), (ours.mirrored, _MIRROR)):
        matrix = keypoints.placement(mine, ours.size, seen, theirs.size)
        if matrix is not None:
            yield affine.compose(matrix, turn)


def _by_look(ours: Reference, theirs: Picture) -> Iterator[Matrix]:
    yield from templates.placements(ours.picture, theirs)


def _seen(ours: Picture, theirs: Picture, matrix: Matrix, is_template: bool) -> Sight | None:
    rough = aligned(ours, theirs, matrix)
    if rough is None or agreement(rough).share < LEAST_PROMISING:
        return None
    pair = refined(ours, theirs, rough)
    return Sight(pair=pair, agreement=agreement(pair), is_template=is_template)
