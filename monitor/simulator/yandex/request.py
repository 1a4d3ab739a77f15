"""Reading a call to Yandex's search by image as strictly as its gateway may."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from monitor.simulator.wire import read_json

MOST_BYTES = 3_145_728
LONGEST_TEXT, LONGEST_FOLDER = 1024, 50
_FIELDS = ("folderId", "url", "data", "id", "page", "familyMode", "site")
_SITE = re.compile(r"[^\s/:@?#]+(\.[^\s/:@?#.]+)+")
STRICT = 3
_MODES = tuple(f"FAMILY_MODE_{name}" for name in ("UNSPECIFIED", "NONE", "MODERATE", "STRICT"))


class BadRequest(Exception):
    """A call that cannot be carried out; says why, for code 3."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a call asks: exactly one of `url`, `data` and `id` is there."""

    url: str = ""
    data: bytes = b""
    id: str = ""
    page: int = 0
    site: str = ""
    is_strict: bool = False


def read(body: bytes, folder: str) -> Asked:
    """The call in `body`; raises BadRequest."""
    fields = _fields(body)
    _check_folder(fields.get("folderId"), folder)
    _check_mode(fields.get("familyMode"))
    chosen = [name for name in ("url", "data", "id") if name in fields]
    if len(chosen) != 1:
        why = "Only one of the options may be set" if chosen else "One of the options must be selected"
        raise BadRequest(f"Validation error: image: {why}")
    return Asked(
        url=_text(fields, "url"),
        data=_data(fields["data"]) if "data" in fields else b"",
        id=_text(fields, "id"),
        page=_page(fields.get("page", 0)),
        site=_site(fields),
        is_strict=fields.get("familyMode") in (_MODES[STRICT], STRICT),
    )


def _fields(body: bytes) -> dict[str, Any]:
    try:
        fields = read_json(body)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise BadRequest("The body is no JSON object")
    unknown = next((name for name in fields if name not in _FIELDS), None)
    if unknown:
        raise BadRequest(f'Message type "SearchByImageRequest" has no field named "{unknown}"')
    return {name: value for name, value in fields.items() if value is not None}


def _check_folder(given: Any, folder: str) -> None:
    if not isinstance(given, str) or not given:
        raise BadRequest("Validation error: folder_id: Field is required")
    if len(given) > LONGEST_FOLDER:
        raise BadRequest(f"Validation error: folder_id: Length must be <= {LONGEST_FOLDER}")
    if given != folder:
        raise BadRequest("Specified folder ID does not match with service account")


def _check_mode(given: Any) -> None:
    is_number = isinstance(given, int) and not isinstance(given, bool) and 0 <= given < len(_MODES)
    if given is not None and given not in _MODES and not is_number:
        raise BadRequest("Invalid value for enum type FamilyMode")


def _text(fields: dict[str, Any], name: str) -> str:
    if name not in fields:
        return ""
    value = fields[name]
    if not isinstance(value, str) or not value or len(value) > LONGEST_TEXT:
        raise BadRequest(f"Validation error: {name}: Length must be from 1 to {LONGEST_TEXT}")
    return value


def _site(fields: dict[str, Any]) -> str:
    site = _text(fields, "site").lower()
    if site and not _SITE.fullmatch(site):
        raise BadRequest("Validation error: site: Value must be a domain name")
    return site


def _data(value: Any) -> bytes:
    """Base64 of either alphabet; padding may be missing."""
    try:
        plain = str(value).replace("-", "+").replace("_", "/")
        data = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest("Invalid value for field data: it is no base64") from None
    if not 0 < len(data) <= MOST_BYTES:
        raise BadRequest(f"Validation error: data: Length must be from 1 to {MOST_BYTES}")
    return data


def _page(value: Any) -> int:
    """An int64: a string of digits, or a number without a fraction."""
    try:
        number = float(value) if isinstance(value, float) else int(value)
    except (TypeError, ValueError, OverflowError):
        raise BadRequest("Invalid value for field page") from None
    if isinstance(value, bool) or number != number // 1 or number >= 2**63:
        raise BadRequest("Invalid value for field page")
    if number < 0:
        raise BadRequest("Validation error: page: Value must be >= 0")
    return int(number)
