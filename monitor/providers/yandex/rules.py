"""What Yandex takes in a call, checked before anything is sent.

From the interface's definition. Each rule gives a sentence for people, or "" when it is met.
"""

import re
from collections.abc import Callable, Mapping
from typing import Literal

from monitor.providers.base import Query
from monitor.providers.reading import web_url

MAX_IMAGE_BYTES = 3_145_728  # of the field; a whole body under 4 MiB needs less, see `imaging`
MAX_URL = 1024
MAX_ID = 1024
MAX_SITE = 1024
MAX_PAGES = 10  # that we walk; the interface names no last page
FAMILY_MODES = ("none", "moderate", "strict")

TOO_LARGE = f"The picture is too large for Yandex, which takes at most {MAX_IMAGE_BYTES:,} bytes."
NO_PICTURE = "There is no picture that Yandex could be asked with."
BAD_ADDRESS = f"Yandex takes the picture’s web address only up to {MAX_URL} characters."
BAD_ID = f"Yandex’s id of a picture has at most {MAX_ID} characters."
BAD_PAGE = "There is no such page."
BAD_SITE = "Enter the site by its domain, like example.com, without anything before or after it."
BAD_MODE = "Yandex’s family filter is none, moderate or strict."

Input = Literal["id", "data", "url"]

_PREFIX = "FAMILY_MODE_"
_SITE = re.compile(r"([^\W_]([\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]")


def site(value: object) -> str:
    """Of the site whose pages alone are wanted."""
    return "" if isinstance(value, str) and len(value) <= MAX_SITE and _SITE.fullmatch(value) else BAD_SITE


def family_mode(value: object) -> str:
    """Of the filter against adult content, with or without the interface's prefix."""
    known = isinstance(value, str) and value.lower().removeprefix(_PREFIX.lower()) in FAMILY_MODES
    return "" if known else BAD_MODE


RULES: Mapping[str, Callable[[object], str]] = {"site": site, "family_mode": family_mode}


def wire_mode(value: object) -> str:
    """A family mode as the interface writes it."""
    return _PREFIX + str(value).upper().removeprefix(_PREFIX)


def input_of(query: Query) -> Input:
    """How the picture is named: by an earlier page's id, else by its bytes, else by its address.

    The bytes before the address: Yandex need not reach our host then. Who wants the address leaves them out.
    """
    if query.cbir_id:
        return "id"
    return "data" if query.image else "url"


def flaw(query: Query) -> str:
    """Why a query can never be answered, as a sentence; "" when nothing speaks against it."""
    if query.page < 0:
        return BAD_PAGE
    match input_of(query):
        case "id" if len(query.cbir_id) > MAX_ID:
            return BAD_ID
        case "data" if len(query.image) > MAX_IMAGE_BYTES:
            return TOO_LARGE
        case "url" if not query.image_url:
            return NO_PICTURE
        case "url" if len(query.image_url) > MAX_URL or not web_url(query.image_url):
            return BAD_ADDRESS
    chosen = {name: query.settings.get(name) for name in RULES}
    return next((told for name, value in chosen.items() if value and (told := RULES[name](value))), "")
