"""Pictures made for these tests, as bytes."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 60), (30, 60, 200), (255, 255, 255)


def quadrants(width: int = 120, height: int = 80, mode: str = "RGB") -> Image.Image:
    """Red top left, green top right, blue bottom left, white bottom right."""
    image = Image.new("RGB", (width, height), WHITE)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2 - 1, height // 2 - 1), fill=RED)
    draw.rectangle((width // 2, 0, width, height // 2 - 1), fill=GREEN)
    draw.rectangle((0, height // 2, width // 2 - 1, height), fill=BLUE)
    return image.convert(mode)


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    """The picture written by Pillow in the named format."""
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def noise(width: int, height: int) -> Image.Image:
    """A picture that no format can make small."""
    return Image.effect_noise((width, height), 100).convert("RGB")


def png(width: int, height: int, *, depth: int, colour: int, rows: bytes, extra: bytes = b"") -> bytes:
    """A PNG written by hand; `rows` is the raw image data, `extra` whole chunks before it."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def chunk(kind: bytes, data: bytes) -> bytes:
    """One PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def grey16(*values: int) -> bytes:
    """A 16-bit greyscale PNG of 8 rows, each value 8 pixels wide."""
    row = b"\0" + b"".join(struct.pack(">H", value) * 8 for value in values)
    return png(8 * len(values), 8, depth=16, colour=0, rows=row * 8)


def colour16(*value: int) -> bytes:
    """A 16-bit RGB PNG of 8 x 8 equal pixels."""
    return png(8, 8, depth=16, colour=2, rows=(b"\0" + struct.pack(">HHH", *value) * 8) * 8)


def pixel(data: bytes, x: int, y: int) -> tuple[int, ...]:
    """The colour at a place of an encoded picture."""
    with Image.open(BytesIO(data)) as image:
        value = image.convert("RGB").getpixel((x, y))
    assert isinstance(value, tuple)
    return value


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of an encoded picture."""
    with Image.open(BytesIO(data)) as image:
        return image.size


def near(actual: tuple[int, ...], wanted: tuple[int, ...], by: int = 12) -> bool:
    """Equal but for what JPEG does to colours."""
    return all(abs(a - b) <= by for a, b in zip(actual, wanted, strict=True))
