"""One found picture from its address, or why there is none; runs in threads, without the database."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from monitor import safefetch
from monitor.models import Picture
from monitor.pipeline.verifying.hosts import PAUSE, rest_after

MAX_BYTES = 10 * 1024 * 1024
DEADLINE = 10.0
OUR_FAULT = "This picture could not be looked at: something went wrong on our side."

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What came of fetching a picture: its bytes, or an error; then its host is left alone for the `rest`."""

    picture: Picture
    content: bytes = b""
    error: str = ""
    is_final: bool = True
    rest: timedelta = PAUSE


def fetch(picture: Picture) -> Fetched:
    """Asks its host once."""
    simulator = settings.SIMULATOR_URL if picture.is_simulated else ""
    try:
        found = safefetch.fetch(
            picture.url,
            max_bytes=MAX_BYTES,
            deadline=DEADLINE,
            simulator_url=simulator,
            contact=settings.PUBLIC_URL,
        )
    except safefetch.FetchError as error:
        rest = rest_after(
            error.status,
            error.retry_after,
            is_silent=error.status is None and not error.permanent,
            is_for_many=not picture.needs_sparing,
        )
        return Fetched(picture=picture, error=error.sentence, is_final=error.permanent, rest=rest)
    except Exception:  # one odd address must not take along the others that are under way
        log.exception("Picture %s could not be fetched.", picture.pk)
        return Fetched(picture=picture, error=OUR_FAULT, is_final=False)
    return Fetched(picture=picture, content=found.content)
