"""Scaling, writing and fingerprinting of decoded pictures."""

from io import BytesIO

from PIL import Image


def fit(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The size in pixels scaled down, never up, until its longest side is `side`."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def fitted(image: Image.Image, side: int) -> Image.Image:
    """The picture scaled down until its longest side is at most `side` px."""
    size = fit(image.size, side)
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def as_jpeg(image: Image.Image, *, quality: int) -> bytes:
    """The RGB picture as JPEG bytes."""
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def dhash_of(image: Image.Image) -> int:
    """The difference hash as a signed 64-bit int: each of 9 x 8 greys brighter than its right neighbour."""
    grey = image.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (grey[row * 9 + column] > grey[row * 9 + column + 1])
    return bits - (1 << 64) if bits >> 63 else bits
