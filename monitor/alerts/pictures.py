"""The small pictures inside a mail: 160 px squares, attached, because the app may sit on a private host.

A mail's HTML names them by what they show (cid:own-12@whereabouts is watched image 12), so that a mail that is
tried again later is put together from the stored files anew.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO

from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from monitor.alerts.letters import Found
from monitor.models import Picture, WatchedImage

SIDE = 160
QUALITY = 80
GROUND = (238, 240, 243)
STROKE = (170, 176, 186)
DOMAIN = "whereabouts"
_NAMED = re.compile(rf"cid:((own|found|none)-(\d+))@{DOMAIN}")


@dataclass(frozen=True, kw_only=True)
class Inline:
    """A picture to attach: its Content-ID without brackets, and its JPEG."""

    cid: str
    jpeg: bytes


def own_cid(found: Found) -> str:
    return f"own-{found.image.pk}@{DOMAIN}"


def found_cid(found: Found) -> str:
    """The found picture's, or the placeholder's when there is none."""
    picture = found.item.picture_id if found.item else None
    return f"found-{picture}@{DOMAIN}" if picture else f"none-0@{DOMAIN}"


def inlines(html: str) -> Sequence[Inline]:
    """The pictures that a mail's HTML names, each once; a file that is gone becomes the placeholder."""
    images = _Images()
    images.feed(html)
    named = [
        found.groups() for source in dict.fromkeys(images.sources) if (found := _NAMED.fullmatch(source))
    ]
    return [Inline(cid=f"{name}@{DOMAIN}", jpeg=_jpeg(kind, int(pk))) for name, kind, pk in named]


class _Images(HTMLParser):
    """Where the images of a mail come from; titles that only look like it would give away others' pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.sources.append(dict(attrs).get("src") or "")


def square(data: bytes) -> bytes:
    """A stored picture, whole, in the middle of a 160 px square; the placeholder when it cannot be read."""
    try:
        with Image.open(BytesIO(data), formats=["JPEG"]) as picture:
            padded = ImageOps.pad(picture.convert("RGB"), (SIDE, SIDE), color=GROUND)
    except (UnidentifiedImageError, OSError):
        return placeholder()
    return _encode(padded)


def placeholder() -> bytes:
    """A quiet frame with a struck-out picture."""
    image = Image.new("RGB", (SIDE, SIDE), GROUND)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((52, 56, 108, 104), radius=6, outline=STROKE, width=4)
    draw.line((52, 98, 72, 80, 84, 92, 94, 82, 108, 94), fill=STROKE, width=4, joint="curve")
    draw.line((46, 112, 114, 48), fill=GROUND, width=12)
    draw.line((46, 112, 114, 48), fill=STROKE, width=4)
    return _encode(image)


def _jpeg(kind: str, pk: int) -> bytes:
    name = _file_name(kind, pk)
    if not name or not default_storage.exists(name):
        return placeholder()
    with default_storage.open(name) as file:
        return square(file.read())


def _file_name(kind: str, pk: int) -> str:
    if kind == "own":
        return WatchedImage.objects.filter(pk=pk).values_list("thumbnail", flat=True).first() or ""
    if kind == "found":
        return Picture.objects.filter(pk=pk).values_list("file", flat=True).first() or ""
    return ""


def _encode(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
