"""What is sent to Yandex: the picture itself when it fits, else a smaller JPEG."""

from io import BytesIO

import pytest
from PIL import Image

from monitor import imaging

from .pictures import encoded, noise, quadrants, size_of


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_it_sends_what_fits_untouched(form: str, mode: str) -> None:
    data = encoded(quadrants(mode=mode), form)
    assert imaging.for_search(data) == data


def test_it_sends_a_normalised_picture_untouched() -> None:
    jpeg = imaging.normalise(encoded(quadrants(2400, 1800), "WEBP")).jpeg
    assert imaging.for_search(jpeg) == jpeg


def rotated() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(quadrants(), "JPEG", exif=exif)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (encoded(quadrants(), "WEBP"), (120, 80)),
        (encoded(quadrants(), "GIF"), (120, 80)),
        (encoded(quadrants(mode="RGBA"), "PNG"), (120, 80)),
        (encoded(quadrants(mode="P"), "PNG"), (120, 80)),
        (encoded(quadrants(mode="CMYK"), "JPEG"), (120, 80)),
        (rotated(), (80, 120)),
        (encoded(quadrants(4200, 60), "PNG"), (2048, 29)),
    ],
)
def test_it_rewrites_what_the_engine_may_not_read(data: bytes, size: tuple[int, int]) -> None:
    sent = imaging.for_search(data)
    with Image.open(BytesIO(sent)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", size)


def test_it_lowers_quality_and_then_size_until_it_fits() -> None:
    heavy = encoded(noise(2500, 2500), "PNG")
    assert len(heavy) > imaging.SEARCH_BYTES
    sent = imaging.for_search(heavy)
    assert len(sent) <= imaging.SEARCH_BYTES
    assert max(size_of(sent)) >= 1600
