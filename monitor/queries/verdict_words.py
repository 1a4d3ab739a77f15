"""What our own look at a found picture says, in the words of pages and mails."""

from collections.abc import Iterable, Mapping
from typing import Any

Change = Mapping[str, Any]
# A verdict in the words of a badge, and what it means; the best first.
BADGES = {
    "exact": ("Exact copy", "The same picture, at most smaller or compressed."),
    "modified": ("Modified copy", "Your picture with something changed about it."),
    "probable": ("Probable copy", "Looks like your picture, but not surely enough to alert you."),
    "unchecked": ("Not checked yet", "We have not looked at its picture yet."),
    "similar": ("Look-alike", "Another picture that resembles yours."),
    "unverifiable": ("Could not be checked", "We could not get its picture, or could make nothing of it."),
}
ALONE = {
    "mirrored": "mirrored",
    "stretched": "stretched",
    "recoloured": "colours changed",
    "blurred": "blurred",
    "framed": "in a frame",
    "small": "in low resolution",
}
ADDED = {"text": "text added", "logo": "logo or sticker added"}
# Where something is, as it follows a comma or a verb.
PLACES = {
    "top": "at the top",
    "bottom": "at the bottom",
    "left": "at the left",
    "right": "at the right",
    "middle": "in the middle",
}
# As fractions that people say; the nearest one at most is taken.
SHARES = (
    (0.97, "all of it"),
    (0.85, "nearly all of it"),
    (0.7, "about three quarters"),
    (0.58, "about two thirds"),
    (0.42, "about half"),
    (0.28, "about a third"),
    (0.2, "about a quarter"),
    (0.0, "a small part"),
)


def badge(verdict: str) -> str:
    """The words of a verdict: "Exact copy"."""
    return BADGES[verdict][0]


def meaning(verdict: str) -> str:
    """What a verdict says, as a sentence."""
    return BADGES[verdict][1]


def best(verdicts: Iterable[str]) -> str:
    """The best of some verdicts: what they are together; "" of none."""
    order = list(BADGES)
    return min(verdicts, key=order.index, default="")


def changes(found: Iterable[Change]) -> str:
    """ "cropped to 60 %, text added at the bottom"; "" when nothing is known to have been changed."""
    return ", ".join(filter(None, map(change, found)))


def change(one: Change) -> str:
    """One change of `{"kind", "share", "degrees", "where"}`; "" for a kind that these words do not know."""
    kind, where = str(one.get("kind", "")), str(one.get("where") or "")
    if kind in ALONE:
        return ALONE[kind]
    if kind in ADDED:
        return f"{ADDED[kind]} {_place(where)}".rstrip()
    if kind == "part":
        return ", ".join(filter(None, ["part of a larger picture", where.replace("middle", "in the middle")]))
    if kind == "cropped":
        return f"cropped to {one['share']:.0%}".replace("%", " %") if one.get("share") else "cropped"
    if kind == "rotated":
        return _turned(one.get("degrees"))
    return ""


def _place(where: str) -> str:
    """ "at the bottom", "at the top left"."""
    return PLACES.get(where, f"at the {where}" if where else "")


def _turned(degrees: int | None) -> str:
    """Clockwise; what is past a half turn is told the other way round."""
    if not degrees:
        return "rotated"
    if abs(degrees) == 180:
        return "turned upside down"
    turn = (degrees + 180) % 360 - 180
    return f"rotated by {abs(turn)}°{'' if turn > 0 else ' to the left'}"


def share(visible: float) -> str:
    """How much of the watched picture is seen, in words: "about half"."""
    return next(words for least, words in SHARES if visible >= least)
