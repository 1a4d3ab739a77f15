"""Why a picture was refused, in words for people."""

from typing import Self

_KINDS = "Upload a JPEG, PNG, WebP, GIF or AVIF."
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


class ImageError(Exception):
    """A picture that cannot be used: `problem` says why, `sentence` (and str) also what to do about it."""

    def __init__(self, problem: str, advice: str = "") -> None:
        self.problem = problem
        self.sentence = f"{problem} {advice}".strip()
        super().__init__(self.sentence)

    @classmethod
    def empty(cls) -> Self:
        return cls("The file is empty.", "Choose the picture again.")

    @classmethod
    def too_heavy(cls, size: int, limit: int) -> Self:
        # Rounded up: a picture a little over the limit must not read "25 MB, at most 25 MB".
        shown = -(-size * 10 // 1024**2) / 10
        return cls(
            f"The picture has {shown:.1f} MB, more than the {limit // 1024**2} MB we accept.",
            "Save it smaller and upload that copy.",
        )

    @classmethod
    def too_large(cls, limit: int, width: int = 0, height: int = 0) -> Self:
        given = f"{width:,} x {height:,} pixels" if width else "far too many pixels"
        return cls(
            f"The picture has {given}, more than the {limit // 1_000_000} megapixels we accept.",
            "Scale it down and upload that copy.",
        )

    @classmethod
    def damaged(cls) -> Self:
        return cls("The picture is damaged or was cut short.", "Open it, save it again and upload that copy.")

    @classmethod
    def unreadable(cls, data: bytes) -> Self:
        """The most helpful sentence for content of no accepted type."""
        start = data[:1024].lower()
        if b"<svg" in start:
            return cls("This is an SVG drawing, not a photo.", "Export it as PNG and upload that.")
        if start[4:8] == b"ftyp" and start[8:12] in _HEIF_BRANDS:
            return cls("This is a HEIC photo, which we cannot read.", "Export it as JPEG and upload that.")
        return cls("This file is not a picture we can read.", _KINDS)
