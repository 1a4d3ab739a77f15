"""Bytes of unknown origin to an upright sRGB picture, with limits checked before anything is decoded."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from PIL import Image, UnidentifiedImageError

from .colour import resizable, to_srgb
from .encoding import fit, fitted
from .errors import ImageError

MAX_PICTURE_BYTES = 25 * 1024**2
MAX_PICTURE_PIXELS = 50_000_000

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
ORIENTATION_TAG = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Behind our own check of the size: Pillow refuses twice this inside its readers.
Image.MAX_IMAGE_PIXELS = MAX_PICTURE_PIXELS

# One decode at a time: 50 megapixels take some 200 MB, and warning filters belong to the whole process.
_alone = Lock()


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The most that is decoded: file size in bytes, picture size in pixels."""

    bytes: int
    pixels: int


UPLOADED = Limits(bytes=MAX_PICTURE_BYTES, pixels=MAX_PICTURE_PIXELS)
FOUND = Limits(bytes=10 * 1024**2, pixels=40_000_000)


@dataclass(frozen=True, kw_only=True)
class Header:
    """What the head of a file says; width and height as stored, orientation 1 to 8 as EXIF has it."""

    format: str
    mode: str
    width: int
    height: int
    orientation: int


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """An RGB picture without metadata, scaled down as asked; width and height are those before, upright."""

    image: Image.Image
    width: int
    height: int


def decode(data: bytes, limits: Limits, *, side: int) -> Decoded:
    """The first frame, upright, in sRGB, on white, longest side at most `side` px; raises ImageError."""
    with _guarded(data, limits) as image:
        orientation = _orientation(image)
        width, height = image.size
        target = fit(image.size, side)
        # JPEG only: decode at a half, quarter or eighth, still twice as large as needed.
        image.draft(None, (target[0] * 2, target[1] * 2))
        image.load()
        small = fitted(resizable(image), side)
        plain = to_srgb(small, image.info.get("icc_profile"))
        turned = plain.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else plain
        turned.info = {}
        if orientation >= 5:
            width, height = height, width
        return Decoded(image=turned, width=width, height=height)


def read_header(data: bytes, limits: Limits) -> Header:
    """Format, mode and size without decoding the pixels; ImageError if it is no picture within the limits."""
    with _guarded(data, limits) as image:
        return Header(
            format=image.format or "",
            mode=image.mode,
            width=image.width,
            height=image.height,
            orientation=_orientation(image),
        )


@contextmanager
def _guarded(data: bytes, limits: Limits) -> Iterator[Image.Image]:
    """The opened picture, its type known from its content and its size within the limits."""
    if not data:
        raise ImageError.empty()
    if len(data) > limits.bytes:
        raise ImageError.too_heavy(len(data), limits.bytes)
    try:
        with _alone, _quiet(), Image.open(BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > limits.pixels:
                raise ImageError.too_large(limits.pixels, image.width, image.height)
            yield image
    except ImageError:
        raise
    except Image.DecompressionBombError:
        raise ImageError.too_large(limits.pixels) from None
    except UnidentifiedImageError:
        raise ImageError.unreadable(data) from None
    except Exception as error:  # Pillow's readers raise many kinds on broken files
        raise ImageError.damaged() from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Pillow's remarks on odd files go nowhere; the one on size is our own check's business."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _orientation(image: Image.Image) -> int:
    """EXIF orientation 1 to 8; 1 when there is none or it cannot be read, which spoils no picture."""
    try:
        value = image.getexif().get(ORIENTATION_TAG, 1)
    except Exception:  # noqa: BLE001 - broken EXIF raises many kinds
        return 1
    return value if value in UPRIGHT else 1
