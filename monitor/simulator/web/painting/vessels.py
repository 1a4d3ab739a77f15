"""Drawing vases, bottles, jars, bowls and lamps: things that stand where another product stood."""

import math
from collections.abc import Sequence
from random import Random

from PIL import Image, ImageDraw
from PIL.Image import Resampling

from monitor.simulator.web.painting.job import Colour, Picture, Size

# Half widths from top to bottom, of a thing that was turned on a wheel.
PROFILES: Sequence[Sequence[float]] = (
    (0.38, 0.3, 0.55, 0.9, 1.0, 0.92, 0.65, 0.5),
    (0.22, 0.22, 0.26, 0.75, 1.0, 1.0, 1.0, 0.96),
    (0.7, 0.74, 0.66, 0.95, 1.0, 1.0, 0.98, 0.9),
    (1.0, 0.99, 0.95, 0.85, 0.66, 0.4, 0.36, 0.5),
    (0.3, 0.55, 0.8, 1.0, 0.1, 0.1, 0.1, 0.6),
)
STEPS = 28
SMOOTH = 2  # the outline is drawn so many times larger
LIGHT = (0.62, 0.8, 1.05, 1.18, 1.08, 0.9, 0.72, 0.55)  # from left to right
SHADOW = 90
Box = tuple[int, int, int, int]


def draw_vessel(sheet: Picture, box: Box, hues: Sequence[Colour], random: Random) -> None:
    """A thing in a box of the sheet, lit from the left, with bands and a shadow; `hues`: one colour or more."""
    left, top, right, bottom = box
    size = (max(4, right - left), max(4, bottom - top))
    _shadow(sheet, box)
    mask = _outline(size, random)
    sheet.paste(_lit(hues[0], size), (left, top), mask)
    for _ in range(2):
        begin = round(size[1] * random.uniform(0.3, 0.75))
        end = min(size[1], begin + max(1, round(size[1] * random.uniform(0.04, 0.18))))
        band = mask.crop((0, begin, size[0], end))
        sheet.paste(_lit(_other_than(hues), band.size), (left, top + begin), band)


def _outline(size: Size, random: Random) -> Picture:
    profile, slim = random.choice(PROFILES), random.uniform(0.8, 1.0)
    large = (size[0] * SMOOTH, size[1] * SMOOTH)
    right = [_edge([slim * half for half in profile], step / STEPS, large) for step in range(STEPS + 1)]
    left = [(large[0] - across, down) for across, down in reversed(right)]
    mask = Image.new("L", large)
    ImageDraw.Draw(mask).polygon([*right, *left], fill=255)
    return mask.reduce(SMOOTH)


def _edge(profile: Sequence[float], share: float, size: Size) -> tuple[float, float]:
    """The right edge at a share of the height, going softly from width to width."""
    place = min(share * (len(profile) - 1), len(profile) - 1.001)
    begin = int(place)
    softly = (1 - math.cos(math.pi * (place - begin))) / 2
    half = profile[begin] * (1 - softly) + profile[begin + 1] * softly
    return size[0] * (0.5 + 0.5 * half), size[1] * share


def _lit(colour: Colour, size: Size) -> Picture:
    """A colour that falls away to the sides, as on something round."""
    strip = Image.new("RGB", (len(LIGHT), 1))
    strip.putdata([tuple(min(255, round(part * light)) for part in colour) for light in LIGHT])
    return strip.resize(size, Resampling.BILINEAR)


def _other_than(hues: Sequence[Colour]) -> Colour:
    """The colour that is furthest from the first; a light one where there is no other."""
    first = hues[0]
    distant = max(hues, key=lambda hue: sum(abs(a - b) for a, b in zip(hue, first, strict=True)))
    return distant if distant != first else (235, 230, 220)


def _shadow(sheet: Picture, box: Box) -> None:
    left, _, right, bottom = box
    small = Image.new("L", (24, 8))
    ImageDraw.Draw(small).ellipse((4, 2, 19, 5), fill=SHADOW)
    size = (max(1, round((right - left) * 1.5)), max(1, (right - left) // 4))
    mask = small.resize(size, Resampling.BICUBIC)
    sheet.paste("#201c1c", ((left + right - size[0]) // 2, bottom - size[1] // 2), mask)
