"""What a check says: one thing it looked at, how that stands, and what to do about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """How a thing stands; `off` is not set up and not needed, `unknown` could not be found out."""

    OK = "ok"
    WARNING = "warning"
    BAD = "bad"
    UNKNOWN = "unknown"
    OFF = "off"


@dataclass(frozen=True)
class Finding:
    """`sentence` says what is so and what it means, `remedy` what to do; neither ever holds a secret."""

    name: str
    state: State
    sentence: str
    remedy: str = ""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A part of the check-up; a slow one asks somebody outside this machine."""

    slug: str
    title: str
    look: Callable[[datetime], Sequence[Finding]]
    is_slow: bool = False


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a check found, and when."""

    check: Check
    findings: Sequence[Finding]
    at: datetime


def ok(name: str, sentence: str) -> Finding:
    return Finding(name, State.OK, sentence)


def warning(name: str, sentence: str, remedy: str) -> Finding:
    return Finding(name, State.WARNING, sentence, remedy)


def bad(name: str, sentence: str, remedy: str) -> Finding:
    return Finding(name, State.BAD, sentence, remedy)


def unknown(name: str, sentence: str, remedy: str = "") -> Finding:
    return Finding(name, State.UNKNOWN, sentence, remedy)


def off(name: str, sentence: str, remedy: str = "") -> Finding:
    return Finding(name, State.OFF, sentence, remedy)
