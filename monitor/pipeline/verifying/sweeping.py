"""What is left to judge without fetching: pictures that were there before, matches without any, after a kill."""

from collections.abc import Callable, Iterator

from django.db.models.functions import Now

from monitor.models import Picture
from monitor.pipeline import lanes
from monitor.pipeline.verifying import looks, verdicts
from monitor.pipeline.verifying.looks import Look, Pair
from monitor.pipeline.verifying.pacing import Pace
from monitor.pipeline.verifying.verdicts import ask

BATCH = 200
LANE = "judge"

READY = """
SELECT m.id FROM monitor_match m
WHERE m.method_version = 0 AND m.id > %(after)s AND NOT EXISTS (
    SELECT FROM monitor_resultitem i JOIN monitor_picture p ON p.id = i.picture_id
    WHERE i.match_id = m.id AND p.state = 'pending'
)
ORDER BY m.id LIMIT %(limit)s"""

MISSING = """
SELECT DISTINCT w.id, w.file, p.id, p.sha256, p.file
FROM monitor_match m JOIN monitor_watchedimage w ON w.id = m.watched_image_id
JOIN monitor_resultitem i ON i.match_id = m.id JOIN monitor_picture p ON p.id = i.picture_id
WHERE m.id = ANY(%(matches)s) AND p.state = 'fetched' AND NOT EXISTS (
    SELECT FROM monitor_comparison c
    WHERE c.watched_image_id = w.id AND c.picture_id = p.id AND c.method_version = %(method)s
)
ORDER BY w.id, p.id"""

IsLate = Callable[[], bool]


def sweep(pace: Pace, is_late: IsLate) -> int:
    """Judges matches that wait for no fetching; how many. One process at a time does it, over all machines."""
    if not pace.at_once:
        return 0
    with lanes.alone(LANE, everywhere=True) as is_alone:
        return sum(judge(matches, pace, is_late) for matches in _ready(is_late)) if is_alone else 0


def judge(matches: list[int], pace: Pace, is_late: IsLate, *, is_news: bool = True) -> int:
    """Looks at the stored copies that were not looked at yet, and settles the verdicts; how many matches."""
    looked = [each for some in _missing(matches, pace, is_late) for each in some]
    _fetch_again([each.pair.picture for each in looked if each.seen is None])
    verdicts.settle(matches, is_news=is_news)
    return len(matches)


def _ready(is_late: IsLate) -> Iterator[list[int]]:
    after = 0
    while not is_late():
        matches = [row[0] for row in ask(READY, after=after, limit=BATCH)]
        if not matches:
            return
        yield matches
        after = matches[-1]


def _missing(matches: list[int], pace: Pace, is_late: IsLate) -> Iterator[list[Look]]:
    """Looks at some at a time and stores what was seen: a kill loses little."""
    pairs = [
        Pair(image=image, image_file=image_file, picture=picture, sha256=sha256, copy=copy)
        for image, image_file, picture, sha256, copy in ask(MISSING, matches=matches)
    ]
    step = 8 * pace.at_once
    for start in range(0, len(pairs), step):
        if is_late():
            return
        looked = looks.look(pairs[start : start + step], pace)
        looks.keep(looked)
        yield looked


def _fetch_again(pictures: list[int]) -> None:
    """Their copies are gone from the store."""
    gone = Picture.objects.filter(pk__in=pictures, state=Picture.State.FETCHED)
    gone.update(state=Picture.State.PENDING, attempts=0, not_before=Now(), sha256="", file="")
