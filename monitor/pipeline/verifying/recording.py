"""Writing down what came of fetched pictures: copy, looks and state of a picture in one transaction."""

import hashlib
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from monitor import imaging
from monitor.models import Picture, ResultItem
from monitor.pipeline.verifying import hosts, looks, verdicts
from monitor.pipeline.verifying.claiming import MAX_ATTEMPTS
from monitor.pipeline.verifying.fetching import Fetched
from monitor.pipeline.verifying.looks import Look, Pair
from monitor.pipeline.verifying.pacing import Pace

BACKOFF = (timedelta(seconds=30), timedelta(minutes=10))
WHILE_FULL = timedelta(minutes=5)
NOT_STORED = "The copy of this picture could not be stored; it is fetched again soon."
# The queue ends tasks that take too long, and a picture may be on the matches of hundreds of watched images.
TURN_SECONDS = 15.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Copy:
    """The small copy that is kept of a picture, and the hash of it; or why there is none."""

    jpeg: bytes = b""
    sha256: str = ""
    error: str = ""


def take_in(fetched: Sequence[Fetched], pace: Pace) -> None:
    """Everything from the bytes to the verdicts, for pictures that this process has claimed."""
    arrived = [each for each in fetched if not each.error]
    copies = dict(zip((each.picture.pk for each in arrived), pace.map(_shrink, arrived), strict=True))
    looked = _look(_pairs(arrived, copies), pace) if pace.at_once else []
    for each in sorted(fetched, key=lambda one: one.picture.pk):
        mine = [look for look in looked if look.pair.picture == each.picture.pk]
        _record(each, copies.get(each.picture.pk, Copy(error=each.error)), mine)
        hosts.give_back(each.picture.host, each.rest)
    settle_beside([each.picture.pk for each in fetched], pace)


def settle_beside(pictures: Sequence[int], pace: Pace) -> None:
    """The verdicts of the matches that show these pictures, unless judging is turned off."""
    if pace.at_once:
        matches = ResultItem.objects.filter(picture__in=pictures).values_list("match_id", flat=True)
        verdicts.settle(set(matches))


def _shrink(fetched: Fetched) -> Copy:
    """Runs in threads, without the database."""
    try:
        jpeg = imaging.thumbnail(fetched.content)
    except imaging.ImageError as error:
        return Copy(error=error.problem)
    return Copy(jpeg=jpeg, sha256=hashlib.sha256(jpeg).hexdigest())


def _pairs(arrived: Sequence[Fetched], copies: Mapping[int, Copy]) -> list[Pair]:
    contents = {each.picture.pk: each.content for each in arrived if copies[each.picture.pk].jpeg}
    beside = looks.watched_beside([each.picture for each in arrived if each.picture.pk in contents])
    return [
        Pair(
            picture=picture,
            sha256=copies[picture].sha256,
            image=image,
            image_file=file,
            content=contents[picture],
        )
        for picture, image, file in beside
    ]


def _look(pairs: Sequence[Pair], pace: Pace) -> list[Look]:
    """Some at a time; what a turn has no time for is left to the sweep, which looks at the stored copies."""
    end = time.monotonic() + TURN_SECONDS
    looked: list[Look] = []
    step = 8 * pace.at_once
    for start in range(0, len(pairs), step):
        looked += looks.look(pairs[start : start + step], pace)
        if time.monotonic() >= end:
            break
    return looked


def _record(fetched: Fetched, copy: Copy, looked: Sequence[Look]) -> None:
    picture = fetched.picture
    mine = Picture.objects.filter(pk=picture.pk, state=Picture.State.PENDING, attempts=picture.attempts)
    if copy.jpeg:
        try:
            name = _store(copy)
        except OSError:  # a full disk is no fault of the picture: its attempt does not count
            log.exception("The copy of picture %s could not be stored.", picture.pk)
            mine.update(attempts=F("attempts") - 1, not_before=Now() + WHILE_FULL, error=NOT_STORED)
            return
        with transaction.atomic():
            if mine.update(state=Picture.State.FETCHED, sha256=copy.sha256, file=name, error=""):
                looks.keep(looked)
    elif fetched.is_final or picture.attempts >= MAX_ATTEMPTS:
        mine.update(state=Picture.State.FAILED, error=copy.error)
    else:
        wait = max(BACKOFF[picture.attempts - 1], fetched.rest)
        mine.update(not_before=Now() + wait, error=copy.error)


def _store(copy: Copy) -> str:
    """The same content is kept once, however many addresses lead to it."""
    name = f"pictures/{copy.sha256[:2]}/{copy.sha256}.jpg"
    if default_storage.exists(name):
        if default_storage.size(name) == len(copy.jpeg):
            return name
        default_storage.delete(name)  # a kill left half of it
    return default_storage.save(name, ContentFile(copy.jpeg))
