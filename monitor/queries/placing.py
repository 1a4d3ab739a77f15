"""Where the watched picture lies in a found one, in the numbers that a drawing needs. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Placing:
    """In px of the found picture: `outline` is the part of ours that is in it, as an SVG polygon's points;
    `matrix` lays a picture of the size 1 × 1 onto its place, as an SVG transform."""

    outline: str
    matrix: str


def placing(corners: Sequence[Sequence[float]] | None, width: int, height: int) -> Placing | None:
    """From four corners as fractions, clockwise from ours' top left; None when there are none, or of no area."""
    if not corners or len(corners) != 4:
        return None
    points = [(x * width, y * height) for x, y in corners]
    inside = _clipped(points, width, height)
    if len(inside) < 3:
        return None
    (x, y), right, _, down = points
    figures = (right[0] - x, right[1] - y, down[0] - x, down[1] - y, x, y)
    return Placing(
        outline=" ".join(f"{px:.1f},{py:.1f}" for px, py in inside),
        matrix=f"matrix({' '.join(f'{figure:.2f}' for figure in figures)})",
    )


def _clipped(points: list[Point], width: int, height: int) -> list[Point]:
    """The polygon within the frame, edge by edge (Sutherland and Hodgman)."""
    for axis, bound, sign in ((0, 0, 1), (0, width, -1), (1, 0, 1), (1, height, -1)):
        points = _cut(points, axis, bound, sign)
    return points


def _cut(points: list[Point], axis: int, bound: float, sign: int) -> list[Point]:
    """What lies on one side of a line."""
    kept: list[Point] = []
    for before, here in zip([*points[-1:], *points[:-1]], points, strict=True):
        was_in, is_in = sign * (before[axis] - bound) >= 0, sign * (here[axis] - bound) >= 0
        if was_in != is_in:
            kept.append(_crossing(before, here, axis, bound))
        if is_in:
            kept.append(here)
    return kept


def _crossing(before: Point, here: Point, axis: int, bound: float) -> Point:
    share = (bound - before[axis]) / (here[axis] - before[axis])
    x, y = (before[n] + share * (here[n] - before[n]) for n in (0, 1))
    return x, y
