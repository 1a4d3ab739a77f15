"""Lenient readers of a stranger's JSON: a wrong type reads as nothing, and what is read can be stored.

PostgreSQL keeps no NUL and no lone surrogates in text, no NaN and no infinities in JSON: none leaves here.
"""

import json
import math
import re
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

MAX_URL = 2048
MAX_INLINE = 64 * 1024  # characters of a thumbnail that is written into its address
MAX_RANK = 32_767  # ranks are kept as smallint
MAX_DEPTH = 6

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NOT_IN_A_URL = re.compile(r"[\s\x00-\x1f\x7f]")
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?:[/?#][!-~]*)?")
_INLINE_PICTURE = re.compile(r"data:image/[a-z0-9.+-]+(?:;[a-z0-9=-]+)*,[!-~]+", re.IGNORECASE)
_MICRO_DOLLAR = Decimal("0.000001")


def read_json(body: bytes) -> object:
    """The JSON value that `body` holds; ValueError when it holds none."""
    try:
        return json.loads(body, parse_constant=lambda name: None)
    except RecursionError:
        raise ValueError("The answer is nested too deeply.") from None


def record(value: object) -> dict[str, object]:
    """`value` when it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: object) -> list[dict[str, object]]:
    """The elements of a JSON array, each as by `record`; nothing for other values."""
    return [record(element) for element in value] if isinstance(value, list) else []


def text(value: object, limit: int = 1000) -> str:
    """`value` trimmed, cleaned of what cannot be stored and cut to `limit` characters; else ""."""
    if not isinstance(value, str):
        return ""
    # What is printable holds none of it, and is known to be so much sooner.
    return (value if value.isprintable() else _UNSTORABLE.sub("", value)).strip()[:limit]


def whole(value: object) -> int | None:
    """A whole number >= 0 from an integer, an integral float or a string of digits, else None."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def dollars(value: object) -> Decimal:
    """A cost as the provider writes it (0, 0.0015, 0.020000000000000004), to six places; else 0."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return Decimal(0)
    try:
        cost = Decimal(str(value))
        return cost.quantize(_MICRO_DOLLAR) if cost.is_finite() and cost > 0 else Decimal(0)
    except InvalidOperation:
        return Decimal(0)


def rank(value: object, place: int) -> int:
    """A rank from 1 on, or `place` where the answer has no usable one."""
    number = value if type(value) is int else whole(value)
    return number if number and 0 < number <= MAX_RANK else min(place, MAX_RANK)


def web_url(value: object) -> str:
    """`value` when it is an http or https URL with a host and of a length that we keep, else ""."""
    if isinstance(value, str) and len(value) <= MAX_URL and _PLAIN_URL.fullmatch(value):
        return value  # as nearly all are
    url = text(value, MAX_URL + 1)
    if len(url) > MAX_URL or _NOT_IN_A_URL.search(url):
        return ""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a broken IPv6 host or port
        return ""
    return url if usable else ""


def storable(value: object, depth: int = MAX_DEPTH) -> object:
    """A JSON value that jsonb takes: texts cleaned, empty members and anything nested too deeply left out."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict) and depth:
        members = ((text(name, 100), storable(member, depth - 1)) for name, member in value.items())
        return {name: member for name, member in members if member is not None}
    if isinstance(value, list) and depth:
        return [storable(element, depth - 1) for element in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, bool | int | float) else None


def picture_url(value: object) -> str:
    """The same of a picture, or the small picture itself, written into its address (data:image/…)."""
    if isinstance(value, str) and len(value) <= MAX_INLINE and _INLINE_PICTURE.fullmatch(value):
        return value
    return web_url(value)
