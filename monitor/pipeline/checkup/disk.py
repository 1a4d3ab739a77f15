"""Room for the database, the pictures and the logs, and for how long it lasts."""

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error
from django.db.models import Min

from accounts.models import Workspace
from monitor.pipeline.checkup.bounds import in_time
from monitor.pipeline.checkup.findings import Finding, bad, ok, warning

GB = 1000**3
LEAST, LITTLE, LITTLE_SHARE, AMPLE = 0.5 * GB, 2 * GB, 0.1, 20 * GB
SOON, AT_ONCE = 30, 3
YOUNG = timedelta(days=3)  # the first days tell nothing of those to come
WALK_SECONDS = 2.0
MAKE_ROOM = "Make room on this disk, or move the folder to a larger one (DATA_DIR, MEDIA_URL)."


@dataclass(frozen=True, kw_only=True)
class Room:
    """Free and all bytes of a disk, and for how many days the free ones last; None when not known."""

    free: int
    total: int
    days: float | None


def check(at: datetime) -> Sequence[Finding]:
    """One finding for each disk that we write to."""
    data, media = settings.ENV.data_dir, settings.ENV.media_dir
    age, size = _known(at)
    if _device(data) == _device(media):
        return [_finding("Disk of DATA_DIR and pictures", data, _pace(_grown(size, media), age))]
    return [
        _finding("Disk of DATA_DIR", data, _pace(size, age)),
        _finding("Disk of the pictures", media, _pace(_grown(0, media), age)),
    ]


def _finding(name: str, folder: Path, pace: float | None) -> Finding:
    place = _existing(folder)
    if not os.access(place, os.W_OK):
        sentence = f"{place} cannot be written to by the user that runs the app."
        return bad(name, sentence, "Give the folder to that user, or name another one.")
    usage = shutil.disk_usage(place)
    return judge(name, Room(free=usage.free, total=usage.total, days=usage.free / pace if pace else None))


def judge(name: str, room: Room) -> Finding:
    """What so much room means."""
    share = room.free / max(room.total, 1)
    lasts = "" if room.days is None else f" At the growth so far they last for {_words(room.days)}."
    sentence = f"{_size(room.free)} of {_size(room.total)} are free ({share:.0%}).{lasts}"
    days = float("inf") if room.days is None else room.days
    if room.free < LEAST or days < AT_ONCE:
        return bad(name, f"{sentence} A full disk stops the database and every upload.", MAKE_ROOM)
    if room.free < LITTLE or days < SOON or (share < LITTLE_SHARE and room.free < AMPLE):
        return warning(name, sentence, MAKE_ROOM)
    return ok(name, sentence)


def _known(at: datetime) -> tuple[timedelta | None, int]:
    """The age of the installation and the size of its database; a full disk may keep the database from telling."""
    try:
        with in_time():
            began = Workspace.objects.aggregate(began=Min("created_at"))["began"]
        return (at - began if began else None), _data_bytes()
    except Error:
        return None, 0


def _data_bytes() -> int:
    """The embedded database's size; a server of one's own is on a disk that is not seen from here."""
    if settings.ENV.database_url:
        return 0
    with in_time() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    return int(size)


def _pace(grown: int | None, age: timedelta | None) -> float | None:
    """Bytes a day so far; None where they would tell nothing of the days to come."""
    if not grown or age is None or age < YOUNG:
        return None
    return grown / (age / timedelta(days=1))


def _grown(size: int, media: Path) -> int | None:
    """`size` and all files of a folder; None when they are too many to look at."""
    end = time.monotonic() + WALK_SECONDS
    for number in _sizes(media):
        if time.monotonic() > end:
            return None
        size += number
    return size


def _sizes(folder: Path) -> Iterator[int]:
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                yield (Path(root) / name).lstat().st_size
            except OSError:  # deleted meanwhile
                continue


def _device(folder: Path) -> int:
    return _existing(folder).stat().st_dev


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there: it is made when it is first needed."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _size(number: float) -> str:
    return f"{number / GB:.1f} GB" if number >= GB else f"{number / 1000**2:.0f} MB"


def _words(days: float) -> str:
    if days >= 730:
        return "years"
    return f"about {days:.0f} day{'' if round(days) == 1 else 's'}"
