"""Pictures made for these tests, the same each time, and what people do to them."""

from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

SIZE = (560, 420)


def scene(seed: int = 1, size: tuple[int, int] = SIZE) -> Image.Image:
    """A photo-like picture: soft light, shapes of many colours, and fine grain."""
    random = np.random.default_rng(seed)
    image = _clouds(random, size)
    draw = ImageDraw.Draw(image, "RGBA")
    for _ in range(45):
        x, y = int(random.integers(0, size[0])), int(random.integers(0, size[1]))
        across, down = map(int, random.integers(12, 110, 2))
        colour = (*map(int, random.integers(0, 256, 3)), 200)
        kind = random.integers(0, 3)
        if kind == 0:
            draw.ellipse((x, y, x + across, y + down), fill=colour, outline=(0, 0, 0, 160))
        elif kind == 1:
            draw.rectangle((x, y, x + across, y + down), fill=colour)
        else:
            draw.line((x, y, x + across * 2, y + down - 60), fill=colour, width=int(random.integers(2, 7)))
    grain = random.normal(0, 6, (size[1], size[0], 1))
    return Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))


def product(seed: int = 1) -> Image.Image:
    """A thing with some marks on white, as in a shop."""
    image = Image.new("RGB", SIZE, "white")
    thing = scene(seed, (260, 300))
    mask = Image.new("L", thing.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, 259, 299), radius=70, fill=255)
    image.paste(thing, (150, 60), mask)
    return image


def logo() -> Image.Image:
    """A flat mark of two colours."""
    image = Image.new("RGB", (400, 400), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((40, 40, 360, 360), fill=(180, 20, 40))
    draw.polygon([(90, 300), (200, 80), (310, 300), (200, 230)], fill="white")
    draw.rectangle((185, 250, 215, 340), fill=(20, 30, 90))
    return image


def plain(shade: int = 200) -> Image.Image:
    """A picture of almost nothing: a soft slope of one colour."""
    row = np.linspace(shade - 8, shade, SIZE[0])
    grey = np.repeat(row[None, :], SIZE[1], axis=0)
    return Image.fromarray(np.stack([grey, grey, grey + 10], axis=2).clip(0, 255).astype(np.uint8))


def encoded(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """The picture as a file."""
    out = BytesIO()
    if form == "JPEG":
        options.setdefault("quality", 88)
    image.save(out, form, **options)
    return out.getvalue()


def thumbnail(image: Image.Image, side: int = 270) -> Image.Image:
    """The picture as search engines show it."""
    small = image.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    return small


def cropped(image: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """The part between fractions of the picture."""
    width, height = image.size
    return image.crop(
        (round(left * width), round(top * height), round(right * width), round(bottom * height))
    )


def turned(image: Image.Image, degrees: float) -> Image.Image:
    """Turned clockwise on white, everything kept."""
    return image.rotate(-degrees, Image.Resampling.BICUBIC, expand=True, fillcolor="white")


def framed(image: Image.Image, width: int = 40, colour: str = "white") -> Image.Image:
    """With an even border."""
    around = Image.new("RGB", (image.width + 2 * width, image.height + 2 * width), colour)
    around.paste(image, (width, width))
    return around


def with_text(image: Image.Image, words: str, *, at: float, size: float = 0.11) -> Image.Image:
    """With outlined white words across, their middle at the fraction `at` of the height."""
    copy = image.copy()
    font = ImageFont.load_default(size=round(size * image.height))
    place = (image.width / 2, at * image.height)
    ImageDraw.Draw(copy).text(
        place, words, fill="white", font=font, anchor="mm", stroke_width=3, stroke_fill="black"
    )
    return copy


def with_logo(image: Image.Image, *, x: float, y: float, size: float = 0.16) -> Image.Image:
    """With a flat disc whose middle is at fractions of the picture."""
    copy = image.copy()
    radius = size * image.width / 2
    middle = x * image.width, y * image.height
    draw = ImageDraw.Draw(copy)
    draw.ellipse(_around(middle, radius), fill=(250, 250, 240))
    draw.ellipse(_around(middle, radius * 0.7), fill=(200, 0, 20))
    return copy


def collage(pictures: list[Image.Image], tile: tuple[int, int] = (280, 210)) -> Image.Image:
    """Two by two."""
    image = Image.new("RGB", (2 * tile[0], 2 * tile[1]), "white")
    for place, picture in enumerate(pictures):
        image.paste(picture.resize(tile), (place % 2 * tile[0], place // 2 * tile[1]))
    return image


def page(image: Image.Image) -> Image.Image:
    """On the left of a page with grey lines of words."""
    paper = Image.new("RGB", (900, 640), "white")
    draw = ImageDraw.Draw(paper)
    draw.rectangle((0, 0, 900, 50), fill=(30, 50, 110))
    for line in range(24):
        draw.rectangle((520, 90 + line * 22, 840 - line * 37 % 120, 98 + line * 22), fill=(120, 120, 120))
    paper.paste(thumbnail(image, 420), (50, 110))
    return paper


def brighter(image: Image.Image, by: float = 1.35) -> Image.Image:
    """With more light."""
    return ImageEnhance.Brightness(image).enhance(by)


def blurred(image: Image.Image, radius: float = 3.0) -> Image.Image:
    """Out of focus."""
    return image.filter(ImageFilter.GaussianBlur(radius))


def tinted(image: Image.Image, colour: tuple[int, int, int] = (220, 120, 60)) -> Image.Image:
    """Under coloured light."""
    return Image.blend(image, Image.new("RGB", image.size, colour), 0.3)


def _clouds(random: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    coarse = random.integers(40, 220, (7, 9, 3)).astype(np.uint8)
    return Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)


def _around(middle: tuple[float, float], radius: float) -> tuple[float, float, float, float]:
    return middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius
