"""Having a look at what was found: each new picture is fetched once, soon, and kept as a small copy by content.

Addresses of thumbnails expire, so the fetch happens right after the answer came; failures are tried again a few
times, and then the reason stays on the row for people to read.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from monitor import imaging, safefetch
from monitor.models import Picture

BATCH = 16  # two rounds of DEADLINE at worst, which a queue task has time for after its slice
AT_ONCE = 8
LEASE = timedelta(minutes=2)
MAX_BYTES = 10 * 1024 * 1024
DEADLINE = 10.0
MAX_ATTEMPTS = 3
NEVER_FINISHED = "Fetching this picture was begun several times and never finished."
BACKOFF = (timedelta(seconds=30), timedelta(minutes=10))


@dataclass(frozen=True, kw_only=True)
class Look:
    """A small copy of a picture, or the reason why there is none."""

    thumbnail: bytes = b""
    error: str = ""
    is_final: bool = True


def fetch_due(limit: int = BATCH) -> int:
    """Fetches up to `limit` pending pictures, some at once; returns how many were tried."""
    pictures = _claim(limit)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        looks = list(pool.map(_look, pictures))
    for picture, look in zip(pictures, looks, strict=True):
        _record(picture, look)
    return len(pictures)


@transaction.atomic
def _claim(limit: int) -> Sequence[Picture]:
    due = Picture.objects.filter(state=Picture.State.PENDING, not_before__lte=Now())
    due.filter(attempts__gte=MAX_ATTEMPTS).update(state=Picture.State.FAILED, error=NEVER_FINISHED)
    locked = due.order_by("not_before", "pk").select_for_update(skip_locked=True)
    ids = list(locked.values_list("pk", flat=True)[:limit])
    Picture.objects.filter(pk__in=ids).update(attempts=F("attempts") + 1, not_before=Now() + LEASE)
    return list(Picture.objects.filter(pk__in=ids))


def _look(picture: Picture) -> Look:
    """Runs in a thread, without the database."""
    simulator = settings.SIMULATOR_URL if picture.is_simulated else ""
    try:
        found = safefetch.fetch(picture.url, max_bytes=MAX_BYTES, deadline=DEADLINE, simulator_url=simulator)
        return Look(thumbnail=imaging.thumbnail(found.content))
    except safefetch.FetchError as error:
        return Look(error=error.sentence, is_final=error.permanent)
    except imaging.ImageError as error:
        return Look(error=error.problem)


def _record(picture: Picture, look: Look) -> None:
    row = Picture.objects.filter(pk=picture.pk)
    if look.thumbnail:
        sha256 = hashlib.sha256(look.thumbnail).hexdigest()
        name = _store(sha256, look.thumbnail)
        row.update(state=Picture.State.FETCHED, sha256=sha256, file=name, error="")
    elif look.is_final or picture.attempts >= MAX_ATTEMPTS:
        row.update(state=Picture.State.FAILED, error=look.error)
    else:
        row.update(not_before=Now() + BACKOFF[picture.attempts - 1], error=look.error)


def _store(sha256: str, content: bytes) -> str:
    """The same content is kept once, however many addresses lead to it."""
    name = f"pictures/{sha256[:2]}/{sha256}.jpg"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    return name
