"""Yandex Cloud Search API v2, search by image: one paid page per call, in proto3's JSON."""

import base64
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.simulator.faults import Fault
from monitor.simulator.library import Original
from monitor.simulator.parts import Parts
from monitor.simulator.wire import Request, Response, html_response, json_response
from monitor.simulator.yandex.items import items_of
from monitor.simulator.yandex.request import Asked, BadRequest, read

PATH = "/v2/image/search_by_image"
FOLDER, KEY = "simulator", "sim-ok"
PRICE = 0.0075
PAGE = 40
STATUS_OF_CODE: Mapping[int, int] = {
    1: 499, 2: 500, 3: 400, 4: 504, 5: 404, 6: 409, 7: 403, 8: 429, 9: 400, 10: 409, 11: 400, 12: 501, 13: 500,
    14: 503, 15: 500, 16: 401,
}  # fmt: skip
_CODE_OF_STATUS = {400: 3, 401: 16, 403: 7, 404: 5, 429: 8, 500: 13, 503: 14, 504: 4}
_MESSAGES: Mapping[int, str] = {
    3: "Cannot process image",
    4: "Deadline exceeded",
    5: "Image not found",
    7: "Permission denied",
    8: "Quota exceeded",
    13: "Internal error",
    14: "Service unavailable",
    16: "Unknown api key",
}


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A search under way: the picture, the moment its pages show and the id that names both."""

    original: Original
    world_at: float
    cbir_id: str


def tags_of(request: Request) -> list[str]:
    """The id by which a call is charged."""
    tag = request.headers.get("x-client-request-id", "")
    return [tag] if tag else []


def refusal(status: int) -> Response:
    """What an HTTP status of the service looks like."""
    code = _CODE_OF_STATUS.get(status)
    return _error(code, status=status) if code else html_response(f"{status}", status)


class Yandex:
    """The service."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def answer(self, request: Request, fault: Fault | None) -> Response:
        """The answer to one call."""
        if request.method != "POST":
            return _error(12, "Method Not Allowed", 405)
        if denied := _denied(request):
            return denied
        if fault and fault.code:
            return _error(fault.code)
        try:
            asked = read(request.body, FOLDER)
        except BadRequest as error:
            return _error(3, str(error))
        if asked.id and (not self._known(asked.id) or (fault and fault.do == "lost")):
            return _error(5)
        found = self._known(asked.id) if asked.id else self._begin(asked)
        if found is None:
            return _error(3)
        for tag in tags_of(request) or [""]:
            self._parts.ledger.charge(tag, PRICE)
        return json_response(_page(found, asked), headers=_ids())

    def _known(self, cbir_id: str) -> _Found | None:
        row = self._parts.state.row("SELECT sha256, world_at FROM cbir WHERE id = ?", cbir_id)
        original = self._parts.library.find(row["sha256"]) if row else None
        if not row or not original:
            return None
        return _Found(original=original, world_at=row["world_at"], cbir_id=cbir_id)

    def _begin(self, asked: Asked) -> _Found | None:
        """A new search; None when there is no picture in what was sent."""
        library = self._parts.library
        original = library.add(asked.data) if asked.data else library.from_url(asked.url)
        if original is None:
            return None
        now = self._parts.clock.now()
        world_at = self._parts.searches.world_at("yandex", original.sha256, now)
        cbir_id = _cbir_id(original.sha256, int(world_at // 3600))
        self._parts.state.run(
            "INSERT OR IGNORE INTO cbir (id, sha256, world_at) VALUES (?, ?, ?)",
            *(cbir_id, original.sha256, world_at),
        )
        return _Found(original=original, world_at=world_at, cbir_id=cbir_id)


def _page(found: _Found, asked: Asked) -> dict[str, Any]:
    """One page; what is empty or zero is left out, and whole numbers are strings."""
    items = items_of(found.original, int(found.world_at // 3600), asked.site)
    page = items[asked.page * PAGE : (asked.page + 1) * PAGE]
    return {
        **({"images": page} if page else {}),
        **({"page": str(asked.page)} if asked.page else {}),
        "id": found.cbir_id,
    }


def _cbir_id(sha256: str, hour: int) -> str:
    """One id for a picture at an hour of the world, in the form that was seen."""
    digest = hashlib.sha256(f"{sha256}|{hour}".encode()).digest()
    token = base64.urlsafe_b64encode(digest).decode()[:22]
    return f"{int.from_bytes(digest[:4]) % 9_000_000 + 1_000_000}/{token}{digest[4] * 39 % 10_000:04}"


def _denied(request: Request) -> Response | None:
    given = request.headers.get("authorization", "")
    if given == f"Api-Key {KEY}":
        return None
    if given == "Api-Key sim-noscope":
        return _error(7)
    return _error(16, "The apikey has expired" if given == "Api-Key sim-expired" else "")


def _error(code: int, message: str = "", status: int | None = None) -> Response:
    trace = _ids()
    detail = {"@type": "type.googleapis.com/google.rpc.RequestInfo", "requestId": trace[0][1]}
    payload = {
        "code": code,
        "message": message or _MESSAGES.get(code, "Something went wrong"),
        "details": [detail],
    }
    return json_response(payload, status or STATUS_OF_CODE.get(code, 500), trace)


def _ids() -> tuple[tuple[str, str], ...]:
    return ("x-request-id", str(uuid.uuid4())), ("x-server-trace-id", uuid.uuid4().hex)
