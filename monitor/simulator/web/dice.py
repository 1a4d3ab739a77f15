"""Chance that falls the same way every time: everything that looks random is a hash of what it belongs to."""

from collections.abc import Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

T = TypeVar("T")


def number(*parts: object) -> int:
    """64 bits that belong to `parts`."""
    return int.from_bytes(sha256("|".join(map(str, parts)).encode()).digest()[:8])


def chance(*parts: object) -> float:
    """A number from 0 up to, but not including, 1."""
    return (number(*parts) >> 11) / (1 << 53)


def pick(choices: Sequence[T], *parts: object) -> T:
    """One of the choices."""
    return choices[number(*parts) % len(choices)]


def roll(*parts: object) -> Random:
    """A stream of chances."""
    return Random(number(*parts))  # noqa: S311 - nothing secret comes of it
