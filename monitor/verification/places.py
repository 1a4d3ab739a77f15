"""Where a box is, in words."""

from .affine import Box


def place_of(box: Box, everywhere: float) -> str:
    """top, bottom left, middle …; empty when the box spans more than `everywhere` of both sides."""
    across, down = box[2] - box[0], box[3] - box[1]
    if across > everywhere and down > everywhere:
        return ""
    row = _third((box[1] + box[3]) / 2, down > everywhere, ("top", "", "bottom"))
    column = _third((box[0] + box[2]) / 2, across > everywhere, ("left", "", "right"))
    return f"{row} {column}".strip() or "middle"


def _third(middle: float, is_long: bool, words: tuple[str, str, str]) -> str:
    return "" if is_long else words[min(2, max(0, int(middle * 3)))]
