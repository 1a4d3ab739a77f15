"""Every accepted kind of upload becomes one plain JPEG."""

import hashlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from monitor import imaging

from .pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    colour16,
    encoded,
    grey16,
    near,
    pixel,
    quadrants,
    size_of,
)


def corners(jpeg: bytes) -> list[tuple[int, ...]]:
    """The colours of the four quadrants in reading order."""
    width, height = size_of(jpeg)
    return [pixel(jpeg, width * x // 4, height * y // 4) for y in (1, 3) for x in (1, 3)]


def is_quadrants(jpeg: bytes, by: int = 12) -> bool:
    return all(near(a, b, by) for a, b in zip(corners(jpeg), (RED, GREEN, BLUE, WHITE), strict=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_it_reads_every_accepted_format(form: str) -> None:
    data = encoded(quadrants(), form)
    normal = imaging.normalise(data)
    assert normal.jpeg.startswith(b"\xff\xd8\xff")
    assert (normal.width, normal.height) == size_of(normal.jpeg) == (120, 80)
    assert is_quadrants(normal.jpeg, by=20)
    assert normal.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF"])
def test_it_takes_the_first_frame_of_an_animation(form: str) -> None:
    later = [Image.new("RGB", (120, 80), "black")] * 3
    data = encoded(quadrants(), form, save_all=True, append_images=later, duration=100)
    with Image.open(BytesIO(data)) as image:
        assert getattr(image, "n_frames", 1) > 1
    assert is_quadrants(imaging.normalise(data).jpeg, by=20)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_it_turns_the_picture_upright(form: str, orientation: int) -> None:
    upright = quadrants()
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    normal = imaging.normalise(encoded(stored, form, exif=exif))
    assert is_quadrants(normal.jpeg, by=20)
    assert (normal.width, normal.height) == (120, 80)


def test_it_survives_broken_exif() -> None:
    data = encoded(quadrants(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xffgarbage")
    assert is_quadrants(imaging.normalise(data).jpeg)


def test_it_keeps_no_metadata() -> None:
    exif = Image.Exif()
    exif[0x010E] = "holiday-at-home"
    exif[0x0112] = 6
    data = encoded(
        quadrants(), "JPEG", exif=exif, comment=b"holiday-note", xmp=b"<x>holiday-xmp</x>", dpi=(300, 300)
    )
    normal = imaging.normalise(data)
    for copy in (normal.jpeg, normal.thumbnail):
        assert b"holiday" not in copy and b"Exif" not in copy
        with Image.open(BytesIO(copy)) as image:
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_it_puts_transparency_on_white(mode: str) -> None:
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0, 20, 40))
    normal = imaging.normalise(encoded(clear.convert(mode), "PNG"))
    assert near(pixel(normal.jpeg, 5, 20), (0, 0, 0))
    assert near(pixel(normal.jpeg, 35, 20), WHITE)


def test_it_reads_a_palette_with_a_transparent_colour() -> None:
    image = Image.new("P", (40, 40), 0)
    image.putpalette([0, 0, 0, 200, 30, 30])
    image.paste(1, (20, 0, 40, 40))
    for form in ("PNG", "GIF"):
        normal = imaging.normalise(encoded(image, form, transparency=0))
        assert near(pixel(normal.jpeg, 5, 20), WHITE)
        assert near(pixel(normal.jpeg, 35, 20), RED)


def test_it_reads_a_palette_with_a_transparency_for_each_colour() -> None:
    image = Image.new("P", (40, 40), 0)
    image.putpalette([0, 0, 0, 200, 30, 30])
    image.paste(1, (20, 0, 40, 40))
    normal = imaging.normalise(encoded(image, "PNG", transparency=bytes([0, 255])))
    assert near(pixel(normal.jpeg, 5, 20), WHITE)
    assert near(pixel(normal.jpeg, 35, 20), RED)


@pytest.mark.parametrize("mode", ["L", "1"])
def test_it_reads_grey_and_black_and_white(mode: str) -> None:
    image = Image.new(mode, (40, 40), 0)
    image.paste(255, (20, 0, 40, 40))
    normal = imaging.normalise(encoded(image, "PNG"))
    assert near(pixel(normal.jpeg, 5, 5), (0, 0, 0))
    assert near(pixel(normal.jpeg, 35, 5), WHITE)


def test_it_scales_sixteen_bits_instead_of_cutting_them() -> None:
    normal = imaging.normalise(grey16(0, 0x4000, 0x8000, 0xFFFF))
    greys = [pixel(normal.jpeg, x, 4)[0] for x in (3, 11, 19, 28)]
    assert near(tuple(greys), (0, 64, 128, 255), by=6)
    assert near(pixel(imaging.normalise(colour16(0xC800, 0x1E00, 0x1E00)).jpeg, 4, 4), RED)


def test_it_reads_cmyk() -> None:
    assert is_quadrants(imaging.normalise(encoded(quadrants(mode="CMYK"), "JPEG", quality=95)).jpeg)


def test_it_converts_to_srgb() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # In this profile the numbers for red mean blue, and the other way round.
    swapped = srgb.replace(b"rXYZ", b"----").replace(b"bXYZ", b"rXYZ").replace(b"----", b"bXYZ")
    for form in ("PNG", "WEBP", "JPEG", "AVIF"):
        plain = Image.new("RGB", (40, 40), BLUE)
        same = imaging.normalise(encoded(plain, form, icc_profile=srgb))
        other = imaging.normalise(encoded(plain, form, icc_profile=swapped))
        assert near(pixel(same.jpeg, 9, 9), BLUE)
        assert near(pixel(other.jpeg, 9, 9), BLUE[::-1])


def test_it_ignores_a_profile_that_does_not_fit() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for image, profile in ((quadrants(), b"no profile"), (quadrants(mode="CMYK"), srgb)):
        assert is_quadrants(imaging.normalise(encoded(image, "JPEG", quality=95, icc_profile=profile)).jpeg)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_it_scales_large_pictures_down(form: str) -> None:
    normal = imaging.normalise(encoded(quadrants(4200, 2100), form))
    assert (normal.width, normal.height) == (4200, 2100)
    assert size_of(normal.jpeg) == (2000, 1000)
    assert size_of(normal.thumbnail) == (320, 160)
    assert is_quadrants(normal.jpeg) and is_quadrants(normal.thumbnail)


def test_it_never_scales_up_and_keeps_thin_pictures() -> None:
    assert size_of(imaging.normalise(encoded(quadrants(30, 20), "PNG")).thumbnail) == (30, 20)
    assert size_of(imaging.normalise(encoded(quadrants(6000, 4), "PNG")).thumbnail) == (320, 1)


def test_it_reads_a_phones_multi_picture_jpeg() -> None:
    data = encoded(quadrants(), "MPO", save_all=True, append_images=[Image.new("RGB", (120, 80))])
    assert is_quadrants(imaging.normalise(data).jpeg)


def test_it_fingerprints_by_content() -> None:
    first = imaging.normalise(encoded(quadrants(), "PNG")).dhash
    copy = imaging.normalise(encoded(quadrants(600, 400), "WEBP", quality=60)).dhash
    turned = imaging.normalise(encoded(quadrants().transpose(Image.Transpose.ROTATE_90), "PNG")).dhash
    assert bin((first ^ copy) & (2**64 - 1)).count("1") <= 4
    assert bin((first ^ turned) & (2**64 - 1)).count("1") >= 8


def test_it_gives_a_signed_fingerprint() -> None:
    falling = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_270)
    rising = falling.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    values = {imaging.normalise(encoded(image, "PNG")).dhash for image in (falling, rising)}
    assert values == {-1, 0}


def test_it_gives_a_found_picture_upright_with_the_size_it_came_in() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    decoded = imaging.upright(encoded(quadrants(1200, 800), "JPEG", exif=exif), side=300)
    assert (decoded.width, decoded.height) == (800, 1200)
    assert (decoded.image.mode, decoded.image.size) == ("RGB", (200, 300))
