"""Every colour mode to plain sRGB."""

from io import BytesIO

from PIL import Image, ImageCms

_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_DEEP_GREY = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")


def resizable(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be scaled smoothly: no palette, no single bits, 8 bits a channel."""
    if image.mode in _DEEP_GREY:
        # Pillow's own conversion cuts 16-bit values at 255 instead of scaling them.
        return image.convert("F").point(lambda value: value * (1 / 257) + 0.5).convert("L")
    if image.has_transparency_data and image.mode not in ("RGBA", "LA"):
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGB") if image.mode in ("P", "PA") else image


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB in sRGB; transparency becomes white, an unusable profile is ignored."""
    flat = _on_white(image) if image.mode in ("RGBA", "LA") else image
    return (profile and _converted(flat, profile)) or flat.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    colour = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", colour.size, "white"), colour).convert("RGB")


def _converted(image: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
