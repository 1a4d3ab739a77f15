"""Guarded decode of strangers' pictures: normalised copies, thumbnails, fingerprints. No network."""

import hashlib
from dataclasses import dataclass

from .decoding import FOUND, MAX_PICTURE_BYTES, MAX_PICTURE_PIXELS, UPLOADED, Decoded, decode, read_header
from .encoding import as_jpeg, dhash_of, fitted
from .errors import ImageError

__all__ = [
    "MAX_PICTURE_BYTES",
    "MAX_PICTURE_PIXELS",
    "Decoded",
    "ImageError",
    "Normalised",
    "for_search",
    "normalise",
    "thumbnail",
    "upright",
]

NORMAL_SIDE = 2000
THUMBNAIL_SIDE = 320

# Yandex takes 3,145,728 raw bytes, but base64 in JSON then passes 4 MiB.
SEARCH_BYTES = 3_000_000
SEARCH_SIDE = 4096
SEARCH_ATTEMPTS = ((2048, 90), (2048, 82), (2048, 74), (1600, 74), (1200, 74), (800, 74))


@dataclass(frozen=True, kw_only=True)
class Normalised:
    """A watched picture made safe: what is stored and what is known of it."""

    jpeg: bytes  # sRGB, upright, no metadata, longest side at most 2000 px
    thumbnail: bytes  # the same within 320 x 320 px
    sha256: str  # hex, of the bytes as they were given
    dhash: int  # signed 64-bit
    width: int  # of the picture as it was given, upright, in pixels
    height: int


def normalise(data: bytes) -> Normalised:
    """Our own copies of an upload (JPEG, PNG, WebP, GIF, AVIF; first frame), or ImageError."""
    picture = decode(data, UPLOADED, side=NORMAL_SIDE)
    return Normalised(
        jpeg=as_jpeg(picture.image, quality=90),
        thumbnail=as_jpeg(fitted(picture.image, THUMBNAIL_SIDE), quality=85),
        sha256=hashlib.sha256(data).hexdigest(),
        dhash=dhash_of(picture.image),
        width=picture.width,
        height=picture.height,
    )


def thumbnail(data: bytes) -> bytes:
    """A found picture (at most 10 MB, 40 megapixels) as JPEG within 320 x 320 px, or ImageError."""
    return as_jpeg(decode(data, FOUND, side=THUMBNAIL_SIDE).image, quality=85)


def upright(data: bytes, *, side: int) -> Decoded:
    """A found picture in RGB, upright, longest side at most `side` px, with the size it came in, or ImageError."""
    return decode(data, FOUND, side=side)


def for_search(jpeg: bytes) -> bytes:
    """The picture as Yandex takes it: untouched when it fits, else a JPEG under 3,000,000 bytes."""
    if _fits_search(jpeg):
        return jpeg
    image = decode(jpeg, UPLOADED, side=SEARCH_ATTEMPTS[0][0]).image
    for side, quality in SEARCH_ATTEMPTS:
        smaller = as_jpeg(fitted(image, side), quality=quality)
        if len(smaller) <= SEARCH_BYTES:
            break
    return smaller


def _fits_search(data: bytes) -> bool:
    header = read_header(data, UPLOADED)
    return (
        len(data) <= SEARCH_BYTES
        and header.format in ("JPEG", "PNG")
        and header.mode in ("RGB", "L")
        and header.orientation == 1
        and max(header.width, header.height) <= SEARCH_SIDE
    )
