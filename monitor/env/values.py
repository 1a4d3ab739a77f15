"""Reading single values: text, secrets, numbers, choices, addresses."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"", "0", "false", "no", "off"})


class BadEnv(Exception):
    """An environment variable that cannot be used; the message is a sentence for people."""


def text(environ: Mapping[str, str], name: str, default: str = "") -> str:
    """The trimmed value; an empty one counts as not given."""
    return environ.get(name, "").strip() or default


def secret(environ: Mapping[str, str], name: str) -> str:
    """The value of NAME, or the content of the file that NAME_FILE points to."""
    given, file = text(environ, name), text(environ, f"{name}_FILE")
    if given and file:
        raise BadEnv(f"{name} and {name}_FILE are both set: keep one of them.")
    return _content(f"{name}_FILE", Path(file)) if file else given


def _content(name: str, path: Path) -> str:
    try:
        content = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise BadEnv(f"{name} points to {path}, which cannot be read ({reason}).") from error
    if not content:
        raise BadEnv(f"{name} points to {path}, which is empty.")
    return content


def number(environ: Mapping[str, str], name: str, default: int, *, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    value = text(environ, name, str(default))
    # isdecimal is true for the digits of other scripts too
    if not (value.isascii() and value.isdecimal() and len(value) < 10 and low <= int(value) <= high):
        raise BadEnv(f"{name} must be a whole number from {low} to {high}, not {value!r}.")
    return int(value)


def choice(environ: Mapping[str, str], name: str, default: str, *others: str) -> str:
    """One of a few words, in any case; returned as they are written in the code."""
    words = {word.lower(): word for word in (default, *others)}
    value = text(environ, name, default)
    if value.lower() not in words:
        raise BadEnv(f"{name} must be {' or '.join(words.values())}, not {value!r}.")
    return words[value.lower()]


def flag(environ: Mapping[str, str], name: str) -> bool:
    """True or false, off by default."""
    value = text(environ, name).lower()
    if value not in TRUE | FALSE:
        raise BadEnv(f"{name} must be true or false, not {value!r}.")
    return value in TRUE


def address(environ: Mapping[str, str], name: str, default: str = "") -> str:
    """An http(s) address without credentials, query or closing slash; empty when not given."""
    value = text(environ, name, default).rstrip("/")
    if not value:
        return ""
    parts = split(value)
    plain = parts and not (parts.query or parts.fragment or parts.username)
    if not parts or not plain or parts.scheme not in ("http", "https") or not parts.hostname:
        # The value is not repeated: a password may stand in it.
        raise BadEnv(f"{name} must look like https://whereabouts.example.com, without user or query.")
    return value


def split(url: str) -> SplitResult | None:
    """The parts of a URL, or None when it is malformed (its port included)."""
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return None if any(character.isspace() for character in url) else parts
