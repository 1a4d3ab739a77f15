"""Pictures that are not the original: another product in its place, neighbours, and next to nothing at all."""

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageOps, ImageStat
from PIL.Image import Resampling

from monitor.simulator.web.painting import overlays
from monitor.simulator.web.painting.job import Colour, Job, Picture, Size, resized
from monitor.simulator.web.painting.vessels import draw_vessel

EDGE = 0.06  # of the width: what is seen at both sides is taken to go on behind the product
STANDS_OUT = 30  # by so much a product differs from what is behind it
STAND_IN = 240  # pixels
LOUD = (overlays.watermark, overlays.meme, overlays.sticker, overlays.logo)


def redrawn(job: Job) -> Picture:
    """Another product photo: the same place, the same colours, a different thing."""
    sheet, (width, height) = _behind(job.source, job.size), job.size
    left, top, right, bottom = _product(job.source)
    box = (round(left * width), round(top * height), round(right * width), round(bottom * height))
    draw_vessel(sheet, box, _hues(job.source), job.random)
    return sheet


def neighbour(job: Job) -> Picture:
    """Another picture in these colours; half of them carry the words that copies carry."""
    other = _in_colours_of(job.source, ImageOps.fit(beside(job, 1)[0], job.size, Resampling.BILINEAR))
    return job.random.choice(LOUD)(job.of(other)) if job.random.random() < 0.5 else other


def unrelated(job: Job) -> Picture:
    """Another picture as it is."""
    return ImageOps.fit(beside(job, 1)[0], job.size, Resampling.BILINEAR)


def plain(job: Job) -> Picture:
    """Hardly more than a colour, as shops show while a picture is missing."""
    shade = job.random.randint(205, 240)
    return Image.new("RGB", job.size, (shade, shade, shade - 3))


def beside(job: Job, count: int) -> Sequence[Picture]:
    """So many other pictures; where there are too few, things are drawn."""
    found = job.others(count)
    return (*found, *(_stand_in(job) for _ in range(count - len(found))))


def _stand_in(job: Job) -> Picture:
    red, green, blue = job.source.resize((STAND_IN, STAND_IN), Resampling.BOX).split()
    turned = Image.merge(
        "RGB", job.random.choice(((green, blue, red), (blue, red, green), (green, red, blue)))
    )
    sheet = _behind(turned, turned.size)
    draw_vessel(sheet, (50, 40, 190, 210), _hues(turned), job.random)
    return sheet


def _behind(source: Picture, size: Size) -> Picture:
    """The colours of both edges, from one to the other."""
    width, height = source.size
    strip, ends = max(1.0, EDGE * width), Image.new("RGB", (2, 16))
    for place, left in enumerate((0, width - strip)):
        ends.paste(source.resize((1, 16), Resampling.BOX, box=(left, 0, left + strip, height)), (place, 0))
    return ends.resize(size, Resampling.BILINEAR)


def _product(source: Picture) -> tuple[float, float, float, float]:
    """Where something stands out, as shares of the width and height."""
    small = source.resize((32, 32), Resampling.BOX)
    differing = ImageChops.difference(small, _behind(source, small.size)).convert("L")
    left, top, right, bottom = differing.point(lambda value: 255 * (value > STANDS_OUT)).getbbox() or (
        0,
        0,
        32,
        32,
    )
    centre, half = (left + right) / 64, min(0.38, max(0.18, (right - left) / 64))
    return centre - half, max(0.08, min(0.4, top / 32)), centre + half, min(0.92, max(0.6, bottom / 32))


def _hues(source: Picture) -> Sequence[Colour]:
    """The colours of the middle, the most frequent first."""
    middle = source.resize((12, 12), Resampling.BOX, box=_middle(source.size))
    counted = middle.quantize(4).convert("RGB").getcolors() or []
    return [colour for _, colour in sorted(counted, reverse=True) if isinstance(colour, tuple)]


def _middle(size: Size) -> tuple[float, float, float, float]:
    return size[0] * 0.3, size[1] * 0.3, size[0] * 0.7, size[1] * 0.7


def _in_colours_of(source: Picture, other: Picture) -> Picture:
    """The other picture with the original's mean and spread in each channel."""
    ours, theirs = (ImageStat.Stat(resized(picture, (32, 32))) for picture in (source, other))
    table = []
    for channel in range(3):
        scale = ours.stddev[channel] / max(8.0, theirs.stddev[channel])
        shift = ours.mean[channel] - scale * theirs.mean[channel]
        table += [max(0, min(255, round(scale * value + shift))) for value in range(256)]
    return other.point(table)
