"""Files that strangers may send: broken, odd or meant to harm; and ways to break more."""

import random
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from . import scenes
from .scenes import encoded

FORMS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


def corpus() -> dict[str, bytes]:
    """Files by name, the same each time."""
    small = scenes.thumbnail(scenes.scene(), 160)
    files = {
        "zero bytes": b"",
        "words": b"just some words, named photo.jpg",
        "only a head": b"\xff\xd8\xff\xe0",
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>',
        "bmp": encoded(small, "BMP"),
        "bomb": _png(50_000, 50_000, b"\0" * 10_000),
        "a heavy file": b"\xff\xd8" + b"\0" * (11 * 1024**2),
        "no pixels": _png(0, 0, b""),
        "one pixel": encoded(Image.new("RGB", (1, 1)), "PNG"),
        "one line": encoded(Image.effect_noise((4000, 1), 80), "PNG"),
        "one column": encoded(Image.effect_noise((1, 4000), 80), "PNG"),
        "a thin stripe": encoded(Image.effect_noise((6000, 41), 80), "PNG"),
        "much noise": encoded(Image.effect_noise((1200, 900), 120), "JPEG"),
        "a board": encoded(_board(), "PNG"),
        "cmyk": encoded(small.convert("CMYK"), "JPEG"),
        "16 bits": encoded(
            Image.fromarray(np.arange(120 * 160, dtype=np.uint16).reshape(120, 160) * 3), "PNG"
        ),
        "one bit": encoded(small.convert("1"), "PNG"),
        "palette": encoded(small.convert("P", palette=Image.Palette.ADAPTIVE), "PNG"),
        "palette gif": encoded(small.convert("P"), "GIF"),
        "clear": encoded(Image.new("RGBA", (200, 150), (9, 9, 9, 0)), "PNG"),
        "grey with alpha": encoded(small.convert("LA"), "PNG"),
        "black": encoded(Image.new("RGB", (300, 300)), "PNG"),
        "animated gif": encoded(
            small, "GIF", save_all=True, append_images=[scenes.thumbnail(scenes.scene(4), 160)]
        ),
        "animated webp": encoded(small, "WEBP", save_all=True, append_images=[small.rotate(9)]),
    }
    for form in FORMS:
        whole = encoded(small, form)
        files |= {
            f"{form} cut at {share:.0%}": whole[: int(len(whole) * share)] for share in (0.1, 0.5, 0.9, 0.99)
        }
    return files


def spoiled(seed: int) -> Iterator[bytes]:
    """Good files with bytes changed, cut out, doubled or cut off, without end; the same for a seed."""
    dice = random.Random(seed)
    good = [encoded(scenes.thumbnail(scenes.scene(3), side), form) for side in (90, 200) for form in FORMS]
    while True:
        yield _spoil(dice, bytearray(dice.choice(good)))


def _spoil(dice: random.Random, data: bytearray) -> bytes:
    for _ in range(dice.choice((1, 1, 2, 8, 40))):
        place = dice.randrange(len(data))
        way = dice.randrange(6)
        if way < 3:
            data[place] = dice.choice((0, 255, 127, 128, dice.randrange(256)))
        elif way == 3:
            data[place : place + dice.randrange(1, 9)] = dice.randbytes(dice.randrange(1, 9))
        elif way == 4:
            data[place:place] = data[max(0, place - dice.randrange(1, 64)) : place]
        elif len(data) > 200:
            del data[-dice.randrange(1, len(data) // 2) :]
    return bytes(data)


def _png(width: int, height: int, rows: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _board() -> Image.Image:
    """Squares in rows: each corner looks like each other."""
    rows, columns = np.indices((640, 640)) // 8
    return Image.fromarray(((rows + columns) % 2 * 255).astype(np.uint8))
