"""The original among other things: in a collage, on a page of a wide screen, on a phone's screen."""

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageOps
from PIL.Image import Resampling

from monitor.simulator.web.painting.job import Job, Picture
from monitor.simulator.web.painting.lookalikes import beside
from monitor.simulator.web.painting.words import write

Box = tuple[float, float, float, float]  # left, top, right, bottom as shares of the sheet

SQUARES: Sequence[Box] = ((0, 0, 0.5, 0.5), (0.5, 0, 1, 0.5), (0, 0.5, 0.5, 1), (0.5, 0.5, 1, 1))
MOSAIC: Sequence[Box] = (
    (0, 0, 0.66, 0.66),
    *((0.66, top, 1, top + 0.33) for top in (0, 0.33)),
    *((left, 0.66, left + 0.33, 1) for left in (0, 0.33, 0.66)),
)
CARDS: Sequence[Box] = ((0.05, 0.74, 0.2, 0.95), (0.22, 0.74, 0.37, 0.95), (0.39, 0.74, 0.54, 0.95))
GAP = 0.005
PAPERS = (("white", "#22303c"), ("#f7f4ee", "#1c3d34"), ("white", "#7a1f2b"))
SITES = ("The Daily Find", "Homeglow", "Shelf & Table", "BARGAIN WORLD")
LINES = (
    "A small selection of things",
    "we keep coming back to, and",
    "some that readers sent us.",
    "In stock, ships in two days.",
    "Returns within thirty days.",
    "Follow us for more of these.",
    "Save 40 % until Sunday night.",
)


def collage(job: Job) -> Picture:
    """Tiles, ours one of them: four of one size, or ours large among five small ones."""
    sheet = Image.new("RGB", job.size, "white")
    tiles = list(job.random.choice((SQUARES, MOSAIC)))
    if tiles == list(SQUARES):
        job.random.shuffle(tiles)
    pictures = (job.source, *beside(job, len(tiles) - 1))
    for picture, (left, top, right, bottom) in zip(pictures, tiles, strict=True):
        _put(sheet, picture, (left + GAP, top + GAP, right - GAP, bottom - GAP), fills=True)
    return sheet


def page(job: Job) -> Picture:
    """A shop's or a magazine's page on a wide screen."""
    paper, ink = job.random.choice(PAPERS)
    sheet, (width, height) = Image.new("RGB", job.size, paper), job.size
    ImageDraw.Draw(sheet).rectangle((0, 0, width, height * 0.08), fill=ink)
    write(sheet, job.random.choice(SITES), (width * 0.05, height * 0.025), height * 0.045, paper)
    _put(sheet, job.source, (0.05, 0.13, 0.54, 0.71))
    for picture, box in zip(beside(job, len(CARDS)), CARDS, strict=True):
        _put(sheet, picture, box, fills=True)
    _lines(job, sheet, ink, left=0.58, top=0.15, bottom=0.95)
    return sheet


def phone(job: Job) -> Picture:
    """A post on a phone's screen."""
    paper, ink = job.random.choice((("white", "#1d1d1f"), ("#121212", "#f2f2f2")))
    sheet, (width, height) = Image.new("RGB", job.size, paper), job.size
    draw, dot = ImageDraw.Draw(sheet), width * 0.05
    write(sheet, "9:41", (width * 0.06, height * 0.015), height * 0.022, ink)
    draw.circle((width * 0.1, height * 0.085), dot, fill="#c06c84")
    write(sheet, "every.day.finds", (width * 0.2, height * 0.073), height * 0.026, ink)
    bottom = min(0.7, 0.13 + job.source.height / job.source.width * width / height)
    _put(sheet, job.source, (0, 0.13, 1, bottom))
    for place in range(3):
        draw.circle((width * (0.08 + 0.12 * place), height * (bottom + 0.035)), dot * 0.7, outline=ink)
    _lines(job, sheet, ink, left=0.05, top=bottom + 0.08, bottom=0.97)
    return sheet


def _put(sheet: Picture, picture: Picture, box: Box, *, fills: bool = False) -> None:
    """Into a box, whole or filling it."""
    left, right = round(box[0] * sheet.width), round(box[2] * sheet.width)
    top, bottom = round(box[1] * sheet.height), round(box[3] * sheet.height)
    size = (max(1, right - left), max(1, bottom - top))
    fitted = ImageOps.fit if fills else ImageOps.contain
    small = fitted(picture, size, method=Resampling.BILINEAR)
    sheet.paste(small, (left + (size[0] - small.width) // 2, top + (size[1] - small.height) // 2))


def _lines(job: Job, sheet: Picture, ink: str, *, left: float, top: float, bottom: float) -> None:
    step = max(9.0, sheet.height * 0.055)
    for number in range(int((bottom - top) * sheet.height / step)):
        text = LINES[(job.recipe.version + number) % len(LINES)]
        write(sheet, text, (left * sheet.width, top * sheet.height + number * step), step * 0.5, ink)
