"""Making the pictures of the simulated web: copies, crops, recolours, collages and look-alikes of an original."""

import io
from collections.abc import Callable, Mapping
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw, ImageFont, ImageOps
from PIL.Image import Resampling, Transpose

from monitor.simulator.web import dice
from monitor.simulator.web.recipes import FRAME, MOST, Recipe

QUALITY = 85
BORDERS = ("white", "#f3ede2", "#1d1d1f")
MARKS = ("© pinned", "DEALS", "sample", "shop now", "preview")
Picture = Image.Image
Size = tuple[int, int]


def size_of(recipe: Recipe, original: Size, limit: int = MOST) -> Size:
    """Width and height of the finished picture, at most `limit` a side."""
    width, height = _fit(original, min(recipe.side, limit))
    if recipe.way == "collage":
        return max(width, height), max(width, height)
    if recipe.way == "crop":
        across, down = _crop_shares(recipe)
        return max(1, round(width * across)), max(1, round(height * down))
    return width, height


def paint(content: bytes, recipe: Recipe, limit: int = MOST) -> bytes:
    """The finished picture as JPEG, always the same bytes for the same original."""
    with Image.open(io.BytesIO(content)) as opened:
        original = opened.size
        opened.draft("RGB", _fit(original, min(recipe.side, limit)))
        source = opened.convert("RGB")
    size = size_of(recipe, original, limit)
    painter = _PAINTERS.get(recipe.way, _exact)
    random = dice.roll(recipe.seed, recipe.number, "paint")
    output = io.BytesIO()
    painter(source, size, random, recipe).save(output, "JPEG", quality=QUALITY)
    return output.getvalue()


def _fit(size: Size, side: int) -> Size:
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _crop_shares(recipe: Recipe) -> tuple[float, float]:
    random = dice.roll(recipe.seed, recipe.number, "crop")
    return random.uniform(0.62, 0.9), random.uniform(0.62, 0.9)


def _exact(source: Picture, size: Size, random: Random, recipe: Recipe) -> Picture:
    return source.resize(size, Resampling.BILINEAR, reducing_gap=2.0)


def _crop(source: Picture, size: Size, random: Random, recipe: Recipe) -> Picture:
    across, down = _crop_shares(recipe)
    width, height = source.width * across, source.height * down
    left, top = random.uniform(0, source.width - width), random.uniform(0, source.height - height)
    return source.resize(size, Resampling.BILINEAR, box=(left, top, left + width, top + height))


def _warm(source: Picture, size: Size, random: Random, recipe: Recipe) -> Picture:
    picture = _exact(source, size, random, recipe)
    red, blue = random.uniform(1.06, 1.2), random.uniform(0.75, 0.92)
    table = [min(255, int(v * factor)) for factor in (red, 1.0, blue) for v in range(256)]
    return picture.point(table)


def _grey(source: Picture, size: Size, random: Random, recipe: Recipe) -> Picture:
    return ImageOps.grayscale(_exact(source, size, random, recipe)).convert("RGB")


def _mirror(source: Picture, size: Size, random: Random, recipe: Recipe) -> Picture:
    return _exact(source, size, random, recipe).transpose(Transpose.FLIP_LEFT_RIGHT)


def _watermark(source: Picture, size: Size, random: Random, recipe: Recipe) -> Picture:
    picture = _exact(source, size, random, recipe)
    veil = Image.new("L", size)
    draw, step = ImageDraw.Draw(veil), max(24, max(size) // 3)
    text = random.choice(MARKS)
    for top in range(step // 3, size[1], step):
        draw.text((random.uniform(0, step / 2), top), text, font=_font(step // 5), fill=120)
        draw.text((size[0] / 2, top + step / 2), text, font=_font(step // 5), fill=120)
    picture.paste("white", mask=veil)
    return picture


def _badge(source: Picture, size: Size, random: Random, recipe: Recipe) -> Picture:
    picture = _exact(source, size, random, recipe)
    draw, radius = ImageDraw.Draw(picture), max(12, min(size) // 7)
    centre = (size[0] - radius * 1.25, radius * 1.25)
    draw.circle(centre, radius, fill=random.choice(("#c8102e", "#e4572e", "#111111")))
    draw.text(centre, "-40 %", font=_font(radius // 2), fill="white", anchor="mm")
    return picture


def _collage(source: Picture, size: Size, random: Random, recipe: Recipe) -> Picture:
    """Four tiles, one of them the original, the others shapes in its colours."""
    sheet, half, home = Image.new("RGB", size, "white"), size[0] // 2, random.randrange(4)
    tile = (max(1, half - 4), max(1, half - 4))
    shapes = _lookalike(source, tile, random, recipe)
    for place in range(4):
        picture = ImageOps.fit(source, tile) if place == home else shapes.rotate(90 * place)
        sheet.paste(picture, (2 + place % 2 * half, 2 + place // 2 * half))
    return sheet


def _frame(source: Picture, size: Size, random: Random, recipe: Recipe) -> Picture:
    border = round(min(size) * FRAME)
    sheet = Image.new("RGB", size, random.choice(BORDERS))
    inner = (max(1, size[0] - 2 * border), max(1, size[1] - 2 * border))
    sheet.paste(_exact(source, inner, random, recipe), (border, border))
    return sheet


def _lookalike(source: Picture, size: Size, random: Random, recipe: Recipe) -> Picture:
    """Another picture in the same colours."""
    palette = _palette(source)
    picture = Image.new("RGB", size, random.choice(palette))
    draw = ImageDraw.Draw(picture)
    for _ in range(9):
        x, y = random.uniform(-0.2, 0.9) * size[0], random.uniform(-0.2, 0.9) * size[1]
        box = (x, y, x + random.uniform(0.15, 0.7) * size[0], y + random.uniform(0.15, 0.7) * size[1])
        shape = random.choice((draw.ellipse, draw.rectangle))
        shape(box, fill=random.choice(palette))
    return picture


def _palette(source: Picture) -> list[tuple[int, int, int]]:
    small = source.resize((4, 4), Resampling.BOX).tobytes()
    return [(small[i], small[i + 1], small[i + 2]) for i in range(0, len(small), 3)]


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(max(8, size))


_PAINTERS: Mapping[str, Callable[[Picture, Size, Random, Recipe], Picture]] = {
    "crop": _crop,
    "warm": _warm,
    "grey": _grey,
    "mirror": _mirror,
    "watermark": _watermark,
    "badge": _badge,
    "collage": _collage,
    "frame": _frame,
    "lookalike": _lookalike,
}
