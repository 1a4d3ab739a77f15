"""Affine maps between pictures, as 2 x 3 matrices over fractions of each picture's width and height."""

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Points = npt.NDArray[np.float64]
Size = tuple[int, int]
Box = tuple[float, float, float, float]

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
IDENTITY: Matrix = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])

# The eight ways to lay a picture down: four turns, plain and mirrored, as maps of the unit square on itself.
_TURNS = ((1, 0, 0, 1), (0, -1, 1, 0), (-1, 0, 0, -1), (0, 1, -1, 0))
_MIRROR = (-1, 0, 0, 1)


def compose(second: Matrix, first: Matrix) -> Matrix:
    """The map that does `first`, then `second`."""
    return np.hstack([second[:, :2] @ first[:, :2], second[:, :2] @ first[:, 2:] + second[:, 2:]])


def inverted(matrix: Matrix) -> Matrix:
    """The map back; raises numpy.linalg.LinAlgError when there is none."""
    back = np.linalg.inv(matrix[:, :2])
    return np.hstack([back, -back @ matrix[:, 2:]])


def applied(matrix: Matrix, points: Points) -> Points:
    """Points (n, 2) where the map puts them."""
    return points @ matrix[:, :2].T + matrix[:, 2]


def corners(box: Box = WHOLE) -> Points:
    """The corners (4, 2) of a box, clockwise from its top left."""
    left, top, right, bottom = box
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], float)


def box_map(box: Box) -> Matrix:
    """The unit square onto a box."""
    left, top, right, bottom = box
    return np.array([[right - left, 0.0, left], [0.0, bottom - top, top]])


def from_pixels(size: Size) -> Matrix:
    """Pixel positions (centres at whole numbers) of a picture of (width, height) to fractions."""
    width, height = size
    return np.array([[1 / width, 0.0, 0.5 / width], [0.0, 1 / height, 0.5 / height]])


def dihedral() -> tuple[Matrix, ...]:
    """The unit square onto itself, turned and mirrored, in eight ways; the plain one first."""
    return tuple(
        _about_middle(np.array(turn, float).reshape(2, 2) @ np.array(flip, float).reshape(2, 2))
        for flip in ((1, 0, 0, 1), _MIRROR)
        for turn in _TURNS
    )


def area(matrix: Matrix) -> float:
    """How many times larger the map makes an area, without its sign."""
    return abs(float(np.linalg.det(matrix[:, :2])))


def _about_middle(linear: Matrix) -> Matrix:
    middle = np.array([0.5, 0.5])
    return np.hstack([linear, (middle - linear @ middle)[:, None]])
