"""The whole of ours on the whole of theirs, in eight orientations, with and without frames."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike

from .. import affine
from ..affine import WHOLE, Box, Matrix
from ..pictures import Picture, sampled
from .frames import trimmed

SIDE = 32
LEAST_CORRELATION = 0.55
BEST_OF_EACH = 2
# A picture that is its own mirror image is taken to lie as it does.
PLAINER = 0.005


@dataclass(frozen=True, kw_only=True)
class Small:
    """A box of a picture as 32 x 32 px, blurred, with mean 0 and deviation 1."""

    box: Box
    plane: MatLike


def smalls(picture: Picture) -> tuple[Small, ...]:
    """The whole picture, and what is inside its frame if it has one."""
    inner = trimmed(picture.rgb_levels[min(1, len(picture.rgb_levels) - 1)])
    return tuple(_small(picture, box) for box in dict.fromkeys((WHOLE, inner)))


def placements(ours: tuple[Small, ...], theirs: tuple[Small, ...]) -> list[Matrix]:
    """Maps of ours onto theirs whose small blurred pictures look alike, best first."""
    scored = [found for mine in ours for other in theirs for found in _best(mine, other)]
    return [matrix for _, matrix in sorted(scored, key=lambda found: -found[0])]


def _best(ours: Small, theirs: Small) -> list[tuple[float, Matrix]]:
    found = []
    for way, (turn, plane) in enumerate(zip(affine.dihedral(), _turned(ours.plane), strict=True)):
        correlation = float((plane * theirs.plane).mean()) + (PLAINER if way == 0 else 0)
        if correlation > LEAST_CORRELATION:
            to_box = affine.compose(affine.box_map(theirs.box), turn)
            found.append((correlation, affine.compose(to_box, affine.inverted(affine.box_map(ours.box)))))
    return sorted(found, key=lambda pair: -pair[0])[:BEST_OF_EACH]


def _turned(plane: MatLike) -> Iterator[MatLike]:
    """The eight pictures that the maps of affine.dihedral make, in their order."""
    for base in (plane, plane[:, ::-1]):
        yield from (np.rot90(base, -turns) for turns in range(4))


def _small(picture: Picture, box: Box) -> Small:
    plane = sampled(picture.grey_levels, affine.box_map(box), (SIDE, SIDE)).astype(np.float32)
    blurred = cv2.GaussianBlur(plane, (0, 0), 1.0)
    deviation = float(blurred.std())
    standard = (blurred - blurred.mean()) / deviation if deviation > 1 else np.zeros_like(blurred)
    return Small(box=box, plane=standard)
