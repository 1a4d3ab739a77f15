"""What passes between the server and the simulated services: one request, one response."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

_PLACE = secrets.token_hex()  # stands for a value that is written already; nobody can guess it
HTML = "text/html; charset=utf-8"


class Dropped(Exception):
    """The connection ends without an answer, as it does for the caller after a timeout."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One HTTP call; header names are lower case, `host` has no port, `path` is decoded.

    `is_local` says that the caller is on this machine.
    """

    method: str
    path: str
    host: str = ""
    is_local: bool = False
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @cached_property
    def json(self) -> Any:
        """What the body holds, or None when it is no JSON."""
        try:
            return read_json(self.body)
        except ValueError:
            return None


@dataclass(frozen=True, kw_only=True)
class Response:
    """One HTTP answer."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()

    def with_headers(self, headers: tuple[tuple[str, str], ...]) -> "Response":
        """The same answer with more headers."""
        return replace(self, headers=(*self.headers, *headers))


def read_json(body: bytes) -> Any:
    """What a body holds; ValueError when it is no JSON, is nested too deeply or holds half a character."""
    try:
        found = json.loads(body)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if rb"\u" in body:
        json.dumps(found, ensure_ascii=False).encode()  # fails for a surrogate without its other half
    return found


@dataclass(frozen=True)
class Written:
    """A value that was written as JSON before."""

    text: str


def json_response(payload: object, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """`payload` as JSON; it may hold values that are written already."""
    written: list[Written] = []

    def place(value: Written) -> str:
        written.append(value)
        return f"{_PLACE}{len(written)}"

    text = json.dumps(payload, ensure_ascii=False, default=place)
    for number, value in enumerate(written, start=1):
        text = text.replace(f'"{_PLACE}{number}"', value.text, 1)
    return Response(body=text.encode(), status=status, headers=headers)


def html_response(title: str, status: int) -> Response:
    """The page that a proxy shows instead of an answer."""
    return Response(body=f"<html><h1>{title}</h1></html>".encode(), status=status, content_type=HTML)
