"""Uniform frames around a picture."""

import cv2
import numpy as np
from cv2.typing import MatLike

from ..affine import WHOLE, Box

# A row or column belongs to the frame while at most this share of it differs from the border's colour.
DIFFERENT = 18
SHARE = 0.01
LEAST_LEFT = 0.15


def trimmed(rgb: MatLike) -> Box:
    """The box inside a uniform frame; the whole picture where there is none."""
    border = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    colour = np.median(border, axis=0)
    difference = cv2.absdiff(rgb, np.full_like(rgb, colour))
    differs = cv2.max(cv2.max(difference[..., 0], difference[..., 1]), difference[..., 2]) > DIFFERENT
    rows, columns = _extent(differs.mean(axis=1)), _extent(differs.mean(axis=0))
    if rows is None or columns is None:
        return WHOLE
    height, width = rgb.shape[:2]
    box = (columns[0] / width, rows[0] / height, columns[1] / width, rows[1] / height)
    is_small = box[2] - box[0] < LEAST_LEFT or box[3] - box[1] < LEAST_LEFT
    return WHOLE if is_small else box


def _extent(shares: MatLike) -> tuple[int, int] | None:
    inside = np.flatnonzero(shares > SHARE)
    return (int(inside[0]), int(inside[-1]) + 1) if len(inside) else None
