"""Yandex Cloud Search API v2, search by image: one paid page per call, in proto3's JSON."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.simulator.library import Original
from monitor.simulator.parts import Parts
from monitor.simulator.script import Mishaps
from monitor.simulator.settings import Settings
from monitor.simulator.wire import Request, Response, json_response
from monitor.simulator.yandex.errors import (
    DENIED,
    EXHAUSTED,
    INVALID,
    UNAUTHENTICATED,
    UNIMPLEMENTED,
    UNKNOWN,
    error,
    ids,
    of_status,
)
from monitor.simulator.yandex.items import items_of
from monitor.simulator.yandex.request import Asked, BadRequest, read

PATH = "/v2/image/search_by_image"
FOLDER = "simulator"
ALLOWED = ("Api-Key sim-ok", "Bearer sim-iam")
EXPIRED = {
    "Api-Key sim-expired": "The apikey has expired",
    "Bearer sim-iam-expired": "Token is invalid or has expired.",
}
PRICE = 0.0075
SLOTS: Mapping[str, int] = {"yandex": 1, "yandex_hour": 3600}  # seconds by the name of the limit
PAGE = 40
THIN = 5  # a thin page has one of so many items
_ANY_CALL, _BY_ID = frozenset(("code", "empty", "thin")), frozenset(("cbir_expired", "cbir_changed"))


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A search under way: the picture, the moment its pages show and the id that names both."""

    original: Original
    world_at: float
    cbir_id: str


class Yandex:
    """The service."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def tags_of(self, request: Request) -> list[str]:
        """The id by which a call is charged."""
        tag = request.headers.get("x-client-request-id", "")
        return [tag] if tag else []

    def refusal(self, mishaps: Mishaps) -> Response | None:
        """The answer to a call that is refused by the script."""
        if "wrapped" in mishaps:
            return error(int(mishaps["wrapped"]), is_wrapped=True)
        if "envelope" in mishaps:
            return error(int(mishaps["envelope"]))
        return of_status(int(mishaps["http"])) if "http" in mishaps else None

    def answer(self, request: Request, mishaps: Mishaps) -> Response:
        """The answer to one call."""
        if request.method != "POST":
            return error(UNIMPLEMENTED, "Method Not Allowed", 405)
        if denied := _denied(request.headers.get("authorization", "")):
            return denied
        if self._are_too_many():
            return error(EXHAUSTED)
        try:
            asked = read(request.body, FOLDER)
        except BadRequest as bad:
            return error(INVALID, str(bad))
        return self._search(asked, (self.tags_of(request) or [""])[0])

    def _are_too_many(self) -> bool:
        parts, limits = self._parts, self._parts.dials.now.limits
        taken = [
            parts.rates.take(name, limits[name], parts.clock.now(), seconds)
            for name, seconds in SLOTS.items()
            if name in limits
        ]
        return any(allowance.left < 0 for allowance in taken)

    def _search(self, asked: Asked, tag: str) -> Response:
        kinds = _ANY_CALL | _BY_ID if asked.id else _ANY_CALL
        (mishaps,) = self._parts.script.of_tasks(PATH, [tag], kinds)
        if "code" in mishaps:
            return error(int(mishaps["code"]))
        found = self._known(asked.id) if asked.id else self._begin(asked)
        if found is None or "cbir_expired" in mishaps:
            return error(UNKNOWN if asked.id else INVALID)
        if "cbir_changed" in mishaps:
            found = self._keep(found.original, found.world_at, salt=tag)
        self._parts.ledger.charge([(tag, PRICE)])
        return json_response(_page(found, asked, mishaps, self._parts.dials.now), headers=ids())

    def _known(self, cbir_id: str) -> _Found | None:
        row = self._parts.state.row("SELECT sha256, world_at, made_at FROM cbir WHERE id = ?", cbir_id)
        lives = self._parts.dials.now.cbir_seconds
        if row and lives is not None and row["made_at"] + lives < self._parts.clock.now():
            return None
        original = self._parts.library.find(row["sha256"]) if row else None
        return (
            _Found(original=original, world_at=row["world_at"], cbir_id=cbir_id) if row and original else None
        )

    def _begin(self, asked: Asked) -> _Found | None:
        """A new search; None when there is no picture in what was sent."""
        parts = self._parts
        original = parts.library.add(asked.data) if asked.data else parts.fetcher.from_url(asked.url)
        if original is None:
            return None
        world_at = parts.searches.world_at("yandex", original.sha256, parts.clock.now())
        return self._keep(original, world_at)

    def _keep(self, original: Original, world_at: float, salt: str = "") -> _Found:
        cbir_id = _cbir_id(original.sha256, int(world_at // 3600), salt)
        self._parts.state.run(
            "INSERT INTO cbir (id, sha256, world_at, made_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET made_at = excluded.made_at",
            *(cbir_id, original.sha256, world_at, self._parts.clock.now()),
        )
        return _Found(original=original, world_at=world_at, cbir_id=cbir_id)


def _page(found: _Found, asked: Asked, mishaps: Mapping[str, float], settings: Settings) -> dict[str, Any]:
    """One page; what is empty or zero is left out, and whole numbers are strings."""
    items = items_of(found.original, int(found.world_at // 3600), asked.site, is_strict=asked.is_strict)
    step = max(1, PAGE - settings.overlap)
    page = items[asked.page * step : asked.page * step + PAGE]
    if "empty" in mishaps or "thin" in mishaps:
        page = page[: 0 if "empty" in mishaps else len(page) // THIN]
    return {
        **({"images": page} if page else {}),
        **({"page": str(asked.page)} if asked.page else {}),
        **({"maxPage": str((len(items) - 1) // step)} if settings.max_page and len(items) > step else {}),
        "id": found.cbir_id,
    }


def _cbir_id(sha256: str, hour: int, salt: str) -> str:
    """One id for a picture at an hour of the world, in the form that was seen."""
    digest = hashlib.sha256(f"{sha256}|{hour}{'|' if salt else ''}{salt}".encode()).digest()
    token = base64.urlsafe_b64encode(digest).decode()[:22]
    return f"{int.from_bytes(digest[:4]) % 9_000_000 + 1_000_000}/{token}{digest[4] * 39 % 10_000:04}"


def _denied(given: str) -> Response | None:
    if given in ALLOWED:
        return None
    if given == "Api-Key sim-noscope":
        return error(DENIED)
    return error(UNAUTHENTICATED, EXPIRED.get(given, ""))
