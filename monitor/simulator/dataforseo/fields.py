"""Which fields a task of DataForSEO's Search By Image may have, and what is wrong with one."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from monitor.simulator.dataforseo import places
from monitor.simulator.dataforseo.codes import INVALID_FIELD, UNKNOWN_FIELD

MOST_PAGES = 100
LONGEST_TAG = 255
LOCATION = ("location_code", "location_name", "location_coordinate")
LANGUAGE = ("language_code", "language_name")
_COORDINATE = re.compile(r"-?\d{1,2}(\.\d{1,7})?,-?\d{1,3}(\.\d{1,7})?,\d+(\.\d+)?")


def problem(task: Mapping[str, Any]) -> tuple[int, str] | None:
    """The code and the name of the first field that is wrong; None for a task that can be accepted."""
    if unknown := next((name for name in task if name not in _CHECKS), None):
        return UNKNOWN_FIELD, unknown
    given = {name: value for name, value in task.items() if value is not None}
    if "image_url" not in given:
        return INVALID_FIELD, "image_url"
    for group in (LOCATION, LANGUAGE):
        if sum(name in given for name in group) != 1:
            return INVALID_FIELD, next((name for name in group[1:] if name in given), group[0])
    wrong = next((name for name, value in given.items() if not _CHECKS[name](value)), None)
    if not wrong and "postback_url" in given and "postback_data" not in given:
        wrong = "postback_data"
    return (INVALID_FIELD, wrong) if wrong else None


def _is_url(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_tag(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TAG


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _is_location(value: Any) -> bool:
    """Every country is known here, but only some of the other places that the real service knows."""
    if not _is_whole(value):
        return False
    return value in places.codes() or (1000 <= value < 100_000_000 and value not in places.COUNTRIES)


def _is_location_name(value: Any) -> bool:
    """A place that is listed, or one within a country that is."""
    return isinstance(value, str) and value.rpartition(",")[2] in places.names()


def _is_coordinate(value: Any) -> bool:
    if not isinstance(value, str) or not _COORDINATE.fullmatch(value):
        return False
    latitude, longitude, radius = map(float, value.split(","))
    return abs(latitude) <= 90 and abs(longitude) <= 180 and 199.9 <= radius <= 199_999


_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "image_url": _is_url,
    "location_code": _is_location,
    "location_name": _is_location_name,
    "location_coordinate": _is_coordinate,
    "language_code": lambda value: isinstance(value, str) and value in places.all_languages(),
    "language_name": lambda value: isinstance(value, str) and value in places.all_languages().values(),
    "priority": lambda value: _is_whole(value) and value in (1, 2),
    "tag": _is_tag,
    "pingback_url": _is_url,
    "postback_url": _is_url,
    "postback_data": lambda value: value in ("advanced", "html"),
    "se_domain": _is_text,
    "search_param": _is_text,
    "max_crawl_pages": lambda value: _is_whole(value) and 1 <= value <= MOST_PAGES,
    "calculate_rectangles": lambda value: isinstance(value, bool),
    "browser_screen_width": _is_whole,
    "browser_screen_height": _is_whole,
    "browser_screen_resolution_ratio": _is_number,
}
