"""Every bad file is refused with a sentence, and nothing else happens."""

import warnings
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from monitor import imaging
from monitor.imaging import ImageError

from .pictures import chunk, encoded, noise, png, quadrants

SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100
BOMB = png(50_000, 50_000, depth=8, colour=2, rows=b"\0" * 10_000)

READERS: list[Callable[[bytes], object]] = [imaging.normalise, imaging.thumbnail, imaging.for_search]


def bmp() -> bytes:
    return encoded(quadrants(), "BMP")


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("data", "problem", "advice"),
    [
        (b"", "The file is empty.", "Choose the picture again."),
        (b"just some words, named photo.jpg", "not a picture we can read", "Upload a JPEG, PNG"),
        (bmp(), "not a picture we can read", "Upload a JPEG, PNG"),
        (b"%PDF-1.7\n", "not a picture we can read", "Upload a JPEG, PNG"),
        (b"\xff\xd8\xff", "not a picture we can read", "Upload a JPEG, PNG"),
        (SVG, "SVG drawing", "Export it as PNG"),
        (HEIC, "HEIC photo", "Export it as JPEG"),
        (BOMB, "far too many pixels", "Scale it down"),
        (png(0, 0, depth=8, colour=2, rows=b""), "", ""),
    ],
)
def test_it_refuses_with_a_sentence(
    read: Callable[[bytes], object], data: bytes, problem: str, advice: str
) -> None:
    with pytest.raises(ImageError) as refusal:
        read(data)
    assert problem in refusal.value.problem
    assert advice in refusal.value.sentence == str(refusal.value)


def test_it_refuses_a_heavy_file_before_reading_it() -> None:
    with pytest.raises(ImageError, match=r"has 28\.7 MB, more than the 25 MB"):
        imaging.normalise(b"\xff" * 30_000_000)
    with pytest.raises(ImageError, match=r"has 10\.1 MB, more than the 10 MB"):
        imaging.thumbnail(b"\xff" * (10 * 1024**2 + 1))


def test_it_names_the_size_of_a_picture_a_little_too_large() -> None:
    sixty = png(10_000, 6_000, depth=1, colour=0, rows=b"\0")
    with pytest.raises(ImageError, match="10,000 x 6,000 pixels, more than the 50 megapixels"):
        imaging.normalise(sixty)
    with pytest.raises(ImageError, match="9,000 x 5,000 pixels, more than the 40 megapixels"):
        imaging.thumbnail(png(9_000, 5_000, depth=1, colour=0, rows=b"\0"))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_it_refuses_a_picture_that_was_cut_short(form: str, share: float) -> None:
    data = encoded(noise(200, 150), form)
    with pytest.raises(ImageError):
        imaging.normalise(data[: int(len(data) * share)])


def test_it_refuses_a_small_file_with_a_huge_canvas() -> None:
    gif = bytearray(encoded(quadrants(), "GIF"))
    gif[6:10] = b"\xff\xff\xff\xff"
    webp = bytearray(encoded(quadrants(mode="RGBA"), "WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"))
    assert webp[12:16] == b"VP8X"
    webp[24:30] = b"\xff\x3e\0\xff\x3e\0"
    for data in (bytes(gif), bytes(webp)):
        with pytest.raises(ImageError):
            imaging.thumbnail(data)


def test_it_bounds_text_that_unpacks_to_much() -> None:
    packed = zlib.compress(b"\0" * 50_000_000)
    extra = chunk(b"zTXt", b"note\0\0" + packed) + chunk(b"iCCP", b"icc\0\0" + packed)
    data = png(8, 8, depth=8, colour=0, rows=(b"\0" + b"\x80" * 8) * 8, extra=extra)
    try:
        imaging.normalise(data)
    except ImageError as error:
        assert error.sentence


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_it_answers_or_refuses_when_bytes_are_changed(form: str) -> None:
    data = encoded(quadrants(64, 48), form)
    for place in range(0, len(data), max(1, len(data) // 120)):
        changed = data[:place] + bytes([data[place] ^ 0xA5]) + data[place + 1 :]
        try:
            thumbnail = imaging.thumbnail(changed)
        except ImageError as error:
            assert error.sentence
        else:
            assert thumbnail.startswith(b"\xff\xd8")


def test_it_lets_no_warning_out_and_leaves_the_filters_alone() -> None:
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\xff\xff\xff\xff\0\0\0\0"
    before = list(warnings.filters)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        imaging.normalise(encoded(quadrants(), "JPEG", exif=exif))
        with pytest.raises(ImageError):
            imaging.normalise(BOMB)
    assert not caught
    assert list(warnings.filters) == before


def test_it_still_reads_after_a_refusal() -> None:
    with pytest.raises(ImageError):
        imaging.thumbnail(BOMB)
    with Image.open(BytesIO(imaging.thumbnail(encoded(quadrants(), "PNG")))) as image:
        assert image.size == (120, 80)
