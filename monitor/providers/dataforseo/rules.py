"""What DataForSEO takes in a task, checked before anything is sent.

From the list of fields of task_post. Each rule gives a sentence for people, or "" when it is met.
"""

import re
from collections.abc import Callable, Mapping

from monitor.providers.base import Query
from monitor.providers.reading import web_url, whole

MAX_TAG = 255
MAX_CRAWL_PAGES = 100
MAX_NAME = 500
MAX_PARAM = 255
MIN_RADIUS, MAX_RADIUS = 199.9, 199_999.0  # millimetres

NO_PICTURE = "DataForSEO is asked by address, and this picture has none that it takes."
NO_TAG = f"A search needs a tag of at most {MAX_TAG} characters."
ONE_PLACE = "A search on Google needs exactly one place: a code, a name or a coordinate."
ONE_LANGUAGE = "A search on Google needs exactly one language: a code or a name."
NO_HOOK = "The address that DataForSEO is to tell of its results is no web address."
BAD_CODE = "A place’s code is a whole number."
BAD_NAME = f"A name has 1 to {MAX_NAME} characters, in one line."
BAD_COORDINATE = (
    "Enter latitude, longitude and radius with commas between them, as in 53.476225,-2.243572,200. "
    "Latitude and longitude have at most 7 decimals."
)
BAD_LATITUDE = "The latitude, which comes first, is between -90 and 90."
BAD_LONGITUDE = "The longitude, which comes second, is between -180 and 180."
BAD_RADIUS = "The radius, which comes third, is between 199.9 and 199999, in millimetres."
BAD_LANGUAGE = "A language’s code looks like en or zh-CN."
BAD_DOMAIN = "Enter a domain of Google, like google.co.uk, without anything before or after it."
BAD_PARAM = (
    f"Enter Google’s parameters as they stand in an address, like gl=us&tbs=qdr:m: without spaces, "
    f"at most {MAX_PARAM} characters."
)
BAD_PAGES = f"Choose from 1 to {MAX_CRAWL_PAGES} pages to crawl."

PLACES = ("location_code", "location_name", "location_coordinate")
LANGUAGES = ("language_code", "language_name")
OPTIONS = ("se_domain", "search_param", "max_crawl_pages")

_COORDINATE = re.compile(r"(-?\d{1,2}(?:\.\d{1,7})?),(-?\d{1,3}(?:\.\d{1,7})?),(\d{1,6}(?:\.\d{1,7})?)")
_DOMAIN = re.compile(r"([a-z0-9-]+\.)*google(\.[a-z]{2,3}){1,2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")


def coordinate(value: object) -> str:
    """Of "latitude,longitude,radius"."""
    found = _COORDINATE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return BAD_COORDINATE
    latitude, longitude, radius = map(float, found.groups())
    if abs(latitude) > 90:
        return BAD_LATITUDE
    if abs(longitude) > 180:
        return BAD_LONGITUDE
    return "" if MIN_RADIUS <= radius <= MAX_RADIUS else BAD_RADIUS


def name(value: object) -> str:
    """Of a place or a language by its name in the provider's list."""
    usable = isinstance(value, str) and value.isprintable() and 1 <= len(value) <= MAX_NAME
    return "" if usable else BAD_NAME


def pages(value: object) -> str:
    """Of how many pages are crawled for one search."""
    return "" if (whole(value) or 0) in range(1, MAX_CRAWL_PAGES + 1) else BAD_PAGES


def domain(value: object) -> str:
    """Of the domain of Google that is asked."""
    return "" if isinstance(value, str) and len(value) <= 60 and _DOMAIN.fullmatch(value) else BAD_DOMAIN


def search_param(value: object) -> str:
    """Of the parameters that are handed on to Google as they are."""
    plain = isinstance(value, str) and value.isascii() and value.isprintable() and " " not in value
    return "" if plain and 1 <= len(str(value)) <= MAX_PARAM else BAD_PARAM


RULES: Mapping[str, Callable[[object], str]] = {
    "location_code": lambda value: "" if whole(value) else BAD_CODE,
    "location_name": name,
    "location_coordinate": coordinate,
    "language_code": lambda value: "" if _LANGUAGE.fullmatch(str(value)) else BAD_LANGUAGE,
    "language_name": name,
    "se_domain": domain,
    "search_param": search_param,
    "max_crawl_pages": pages,
}


def wanted(query: Query) -> dict[str, object]:
    """The settings of a query that DataForSEO has a field for, without those that are not set."""
    named = {field: query.settings.get(field) for field in RULES}
    return {field: value for field, value in named.items() if value not in (None, "")}


def flaw(query: Query) -> str:
    """Why a query can never be accepted, as a sentence; "" when nothing speaks against it."""
    chosen = wanted(query)
    if not web_url(query.image_url):
        return NO_PICTURE
    if not 1 <= len(query.tag) <= MAX_TAG:
        return NO_TAG
    if sum(field in chosen for field in PLACES) != 1:
        return ONE_PLACE
    if sum(field in chosen for field in LANGUAGES) != 1:
        return ONE_LANGUAGE
    if query.pingback_url and not web_url(query.pingback_url):
        return NO_HOOK
    return next((told for field, value in chosen.items() if (told := RULES[field](value))), "")
