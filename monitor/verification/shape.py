"""What a placement says: mirrored, rotated, stretched, cropped, framed, part of a larger picture, small."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from . import affine
from .affine import Box, Matrix
from .pictures import Picture
from .places import place_of
from .verdicts import Change, ChangeKind

# What resizing to whole pixels, recompression and the measuring itself move: a share of the side, or pixels.
LOOSE = 0.012
LOOSE_PIXELS = 2.0
MOST_STRETCH = 0.03
SURE_STRETCH = 0.06  # the sides of a part are measured less exactly
LEAST_TURN = 1.5  # degrees
SMALL_SIDE = 100  # native pixels of the long side of what is seen
FRAME_DIFFERENT = 24
FRAME_SHARE = 0.9
EVERYWHERE = 0.8


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A placement in the measures people use."""

    is_mirrored: bool
    degrees: float  # clockwise, -180 to 180
    stretch: float  # 0.1 = one side is 10 % longer than it should be
    visible_share: float
    box: Box  # of theirs that shows ours
    covered: float  # share of theirs
    side: float  # native pixels of theirs along our long side that is seen
    off: float  # how far, in theirs, the furthest corner is from the whole picture's, beyond what is loose


def shape_of(matrix: Matrix, visible_share: float, ours: Picture, theirs: Picture) -> Shape:
    """Measures of a placement of ours on theirs."""
    pixels = matrix[:, :2] * np.array(theirs.native)[:, None] / np.array(ours.native)
    is_mirrored = bool(np.linalg.det(pixels) < 0)
    across = pixels[:, 0] * (-1 if is_mirrored else 1)
    lengths = float(np.linalg.norm(pixels[:, 0])), float(np.linalg.norm(pixels[:, 1]))
    corners = affine.applied(matrix, affine.corners())
    inside = np.clip(corners, 0, 1)
    box = (*map(float, inside.min(axis=0)), *map(float, inside.max(axis=0)))
    covered, _ = cv2.intersectConvexConvex(corners.astype(np.float32), affine.corners().astype(np.float32))
    return Shape(
        is_mirrored=is_mirrored,
        degrees=math.degrees(math.atan2(across[1], across[0])),
        stretch=max(lengths) / min(lengths) - 1,
        visible_share=visible_share,
        box=(box[0], box[1], box[2], box[3]),
        covered=float(covered),
        side=max(lengths[0] * ours.native[0], lengths[1] * ours.native[1]) * visible_share**0.5,
        off=_off(corners, theirs),
    )


def is_whole(shape: Shape) -> bool:
    """Whether ours fills theirs as it is, but for resizing."""
    upright = not shape.is_mirrored and abs(shape.degrees) < LEAST_TURN
    return upright and shape.off <= 0 and shape.stretch < MOST_STRETCH


def changes(shape: Shape, theirs: Picture) -> tuple[Change, ...]:
    """The changes of shape, in the order people would tell them."""
    found = []
    if shape.is_mirrored:
        found.append(Change(ChangeKind.MIRRORED))
    if abs(shape.degrees) >= LEAST_TURN:
        found.append(Change(ChangeKind.ROTATED, degrees=round(shape.degrees) % 360))
    if shape.stretch >= (MOST_STRETCH if shape.off <= 0 else SURE_STRETCH):
        found.append(Change(ChangeKind.STRETCHED))
    if shape.off > 0 and shape.visible_share < 1 - 2 * LOOSE:
        found.append(Change(ChangeKind.CROPPED, share=round(shape.visible_share, 2)))
    if shape.off > 0 and shape.covered < 1 - 2 * LOOSE:
        found.extend(_surroundings(shape, theirs))
    if shape.side < SMALL_SIDE:
        found.append(Change(ChangeKind.SMALL))
    return tuple(found)


def _off(corners: affine.Points, theirs: Picture) -> float:
    """Fractions beyond the loose ones; the nearest of the four ways round is taken for turned pictures."""
    loose = np.maximum(LOOSE, LOOSE_PIXELS / np.array(theirs.native))
    wanted = affine.corners()
    ways = [np.roll(order, turn, axis=0) for order in (wanted, wanted[::-1]) for turn in range(4)]
    return min(float((np.abs(corners - way) - loose).max()) for way in ways)


def _surroundings(shape: Shape, theirs: Picture) -> tuple[Change, ...]:
    """Framed when one colour is around ours, else part of a larger picture; nothing at turned corners."""
    rgb = theirs.rgb_levels[-1]
    height, width = rgb.shape[:2]
    around = np.ones((height, width), bool)
    left, top, right, bottom = shape.box
    around[int(top * height) : math.ceil(bottom * height), int(left * width) : math.ceil(right * width)] = (
        False
    )
    if not around.any():
        return ()
    pixels = rgb[around].astype(float)
    near = np.abs(pixels - np.median(pixels, axis=0)).max(axis=1) < FRAME_DIFFERENT
    if near.mean() >= FRAME_SHARE:
        return (Change(ChangeKind.FRAMED),)
    return (Change(ChangeKind.PART, where=place_of(shape.box, EVERYWHERE)),)
