"""The rows of DataForSEO's lists: tasks, failed calls, places and languages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from monitor.providers.base import KnownTask, ReadyTask
from monitor.providers.dataforseo.posting import is_id
from monitor.providers.reading import dollars, record, text, whole

TIME = "%Y-%m-%d %H:%M:%S %z"
MAX_CODE = 2_147_483_647  # codes are kept as integer

_COUNTRY = re.compile(r"[A-Z]{2}")

Row = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class FailedCall:
    """A task, or the telling of its end, that failed; `function` is pingback_url, postback_url or a path.

    `told` is the provider's text; for a webhook `status` is what `url` answered (0: not at all) in `seconds`.
    """

    remote_id: str
    at: datetime | None
    function: str
    code: int
    told: str
    url: str
    status: int
    seconds: Decimal


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place that Google can be asked from; `country` by its ISO 3166 letters, `kind` like "City"."""

    code: int
    name: str
    country: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Language:
    """A language that Google can be asked in."""

    code: str
    name: str


def ready_tasks(rows: Sequence[Row]) -> list[ReadyTask]:
    """Of tasks_ready and tasks_fixed; a row without a usable id is left out."""
    pairs = ((text(row.get("tag"), 255), text(row.get("id"), 64)) for row in rows)
    return [ReadyTask(tag=tag, remote_id=remote_id) for tag, remote_id in pairs if is_id(remote_id)]


def known_tasks(rows: Sequence[Row]) -> list[KnownTask]:
    """Of id_list; a row without a tag or a usable id is left out."""
    return [known for row in rows if (known := _known(row))]


def failed_calls(rows: Sequence[Row]) -> list[FailedCall]:
    """Of serp/errors."""
    return [
        FailedCall(
            remote_id=text(row.get("id"), 64),
            at=moment(row.get("datetime")),
            function=text(row.get("function"), 200),
            code=whole(row.get("error_code")) or 0,
            told=text(row.get("error_message"), 300),
            url=text(row.get("http_url"), 2048),
            status=whole(row.get("http_code")) or 0,
            seconds=dollars(row.get("http_time")),
        )
        for row in rows
        if is_id(text(row.get("id"), 64))
    ]


def places(rows: Sequence[Row]) -> list[Place]:
    """Of locations; a row without a code or a name is left out."""
    found = ((whole(row.get("location_code")), text(row.get("location_name"), 500), row) for row in rows)
    return [
        Place(
            code=code,
            name=name,
            country=_country(row.get("country_iso_code")),
            kind=text(row.get("location_type"), 50),
        )
        for code, name, row in found
        if code and code <= MAX_CODE and name
    ]


def languages(rows: Sequence[Row]) -> list[Language]:
    """Of languages; a row without a code or a name is left out."""
    pairs = ((text(row.get("language_code"), 20), text(row.get("language_name"), 100)) for row in rows)
    return [Language(code=code, name=name) for code, name in pairs if code and name]


def moment(value: object) -> datetime | None:
    """Its times look like `2023-11-15 17:21:31 +00:00`, whatever the documentation's prose says."""
    try:
        return datetime.strptime(text(value, 40), TIME).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def wire_time(when: datetime) -> str:
    """A moment with its time zone, as the provider writes it."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S +00:00")


def _country(value: object) -> str:
    country = text(value)
    return country if _COUNTRY.fullmatch(country) else ""


def _known(row: Row) -> KnownTask | None:
    remote_id, tag = text(row.get("id"), 64), text(record(row.get("metadata")).get("tag"), 255)
    if not tag or not is_id(remote_id):
        return None
    status = whole(row.get("status")) or 0  # "20000", a string, in the documentation's sample
    return KnownTask(tag=tag, remote_id=remote_id, cost=dollars(row.get("cost")), status_code=status)
