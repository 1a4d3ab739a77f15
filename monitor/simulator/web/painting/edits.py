"""Copies, and copies that were cut, turned, coloured, blurred or framed."""

from PIL import Image, ImageEnhance, ImageFilter, ImageOps
from PIL.Image import Resampling, Transpose

from monitor.simulator.web.painting.job import Job, Picture, resized
from monitor.simulator.web.painting.sizes import crop_shares, quarter_turns

FRAME = 0.08
BORDERS = ("white", "#f3ede2", "#1d1d1f")


def exact(job: Job) -> Picture:
    """The original in another size."""
    return job.copy()


def crop(job: Job) -> Picture:
    """A part of it."""
    source, (across, down) = job.source, crop_shares(job.recipe)
    width, height = source.width * across, source.height * down
    left, top = job.random.uniform(0, source.width - width), job.random.uniform(0, source.height - height)
    box = (left, top, left + width, top + height)
    return source.resize(job.size, Resampling.BILINEAR, box=box, reducing_gap=2.0)


def recolour(job: Job) -> Picture:
    """As after a filter: warmer, colder, darker, or hardly any colour."""
    picture, strength = job.copy(), job.random.uniform(0.8, 1.0)
    match job.random.choice(("warm", "cold", "dark", "faded")):
        case "warm":
            return _tinted(picture, 1 + 0.22 * strength, 1.02, 1 - 0.32 * strength)
        case "cold":
            return _tinted(picture, 1 - 0.3 * strength, 1.0, 1 + 0.25 * strength)
        case "dark":
            return _tinted(picture, *[1 - 0.35 * strength] * 3)
        case _:
            return ImageEnhance.Color(picture).enhance(0.45 - 0.3 * strength)


def _tinted(picture: Picture, *factors: float) -> Picture:
    return picture.point([min(255, int(value * factor)) for factor in factors for value in range(256)])


def grey(job: Job) -> Picture:
    """Without colour."""
    return ImageOps.grayscale(job.copy())


def blur(job: Job) -> Picture:
    """As seen through a bad lens."""
    return job.copy().filter(ImageFilter.BoxBlur(job.side * job.random.uniform(0.008, 0.012)))


def mirror(job: Job) -> Picture:
    """Left and right exchanged."""
    return job.copy().transpose(Transpose.FLIP_LEFT_RIGHT)


def rotate(job: Job) -> Picture:
    """On its side, or a few degrees askew on white."""
    if turns := quarter_turns(job.recipe):
        upright = resized(job.source, (job.size[1], job.size[0]))
        return upright.transpose(Transpose.ROTATE_90 if turns == 1 else Transpose.ROTATE_270)
    degrees = job.random.choice((-1, 1)) * job.random.uniform(5, 13)
    return job.copy().rotate(degrees, Resampling.BILINEAR, fillcolor="white")


def frame(job: Job) -> Picture:
    """With a border around it."""
    border = round(min(job.size) * FRAME)
    sheet = Image.new("RGB", job.size, job.random.choice(BORDERS))
    inner = (max(1, job.size[0] - 2 * border), max(1, job.size[1] - 2 * border))
    sheet.paste(resized(job.source, inner), (border, border))
    return sheet
