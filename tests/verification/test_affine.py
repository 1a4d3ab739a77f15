"""Maps between pictures."""

import numpy as np
import pytest

from monitor.verification import affine
from monitor.verification.affine import Box


def test_it_turns_and_mirrors_the_unit_square_in_eight_ways() -> None:
    ways = [affine.applied(matrix, affine.corners()) for matrix in affine.dihedral()]
    assert np.allclose(ways[0], affine.corners())
    assert len({tuple(way.round(6).ravel()) for way in ways}) == 8
    for way in ways:
        assert {tuple(corner) for corner in way.round(6)} == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_it_goes_there_and_back() -> None:
    there = np.array([[0.4, -0.1, 0.3], [0.2, 0.7, -0.2]])
    assert np.allclose(affine.compose(affine.inverted(there), there), affine.IDENTITY)
    assert affine.area(there) == pytest.approx(0.3)


def test_it_does_the_first_map_first() -> None:
    first, second = affine.box_map((0.5, 0.0, 1.0, 1.0)), affine.box_map((0.0, 0.0, 0.2, 0.2))
    assert np.allclose(
        affine.applied(affine.compose(second, first), affine.corners()), affine.corners((0.1, 0.0, 0.2, 0.2))
    )


@pytest.mark.parametrize("box", [(0.0, 0.0, 1.0, 1.0), (0.2, 0.1, 0.7, 0.9)])
def test_it_maps_the_unit_square_onto_a_box(box: Box) -> None:
    assert np.allclose(affine.applied(affine.box_map(box), affine.corners()), affine.corners(box))


def test_it_takes_the_middle_of_a_pixel_for_its_place() -> None:
    corners = affine.applied(affine.from_pixels((4, 2)), np.array([(0.0, 0.0), (3.0, 1.0)]))
    assert np.allclose(corners, [(0.125, 0.25), (0.875, 0.75)])
