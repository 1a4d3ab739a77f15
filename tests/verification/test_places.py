"""Places in words."""

import pytest

from monitor.verification.affine import Box
from monitor.verification.places import place_of


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ((0.0, 0.0, 0.2, 0.2), "top left"),
        ((0.4, 0.4, 0.6, 0.6), "middle"),
        ((0.1, 0.85, 0.9, 0.95), "bottom"),
        ((0.3, 0.05, 0.7, 0.15), "top"),
        ((0.0, 0.1, 0.2, 0.9), "left"),
        ((0.8, 0.4, 1.0, 0.6), "right"),
        ((0.7, 0.8, 1.0, 1.0), "bottom right"),
        ((0.05, 0.05, 0.95, 0.95), ""),
    ],
)
def test_it_names_places(box: Box, words: str) -> None:
    assert place_of(box, everywhere=0.7) == words
