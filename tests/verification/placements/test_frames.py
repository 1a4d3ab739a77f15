"""Uniform frames are seen, and only they."""

import numpy as np
import pytest
from PIL import Image

from monitor.verification.affine import WHOLE
from monitor.verification.placements.frames import trimmed
from tests.verification import scenes


@pytest.mark.parametrize("colour", ["white", "black", "#2050a0"])
def test_it_finds_the_inside_of_a_frame(colour: str) -> None:
    framed = scenes.framed(scenes.scene(), 56, colour)
    wanted = (56 / framed.width, 56 / framed.height, 1 - 56 / framed.width, 1 - 56 / framed.height)
    assert trimmed(np.asarray(framed)) == pytest.approx(wanted, abs=0.01)


def test_it_leaves_other_pictures_whole() -> None:
    assert trimmed(np.asarray(scenes.scene())) == WHOLE
    assert trimmed(np.asarray(Image.new("RGB", (90, 60), "red"))) == WHOLE


def test_it_takes_a_speck_for_no_picture() -> None:
    image = Image.new("RGB", (300, 200), "white")
    image.paste("black", (140, 90, 160, 110))
    assert trimmed(np.asarray(image)) == WHOLE
