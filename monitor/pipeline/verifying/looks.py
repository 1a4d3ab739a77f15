"""Looking at found pictures beside watched ones; what was seen of equal content before is taken over."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.files.storage import default_storage

from monitor import verification
from monitor.models import Picture
from monitor.pipeline.verifying.pacing import Pace
from monitor.pipeline.verifying.references import reference
from monitor.pipeline.verifying.verdicts import ask
from monitor.verification import METHOD_VERSION, Label, Verdict

log = logging.getLogger(__name__)

WATCHED = """
SELECT DISTINCT i.picture_id, w.id, w.file
FROM monitor_resultitem i JOIN monitor_match m ON m.id = i.match_id
JOIN monitor_watchedimage w ON w.id = m.watched_image_id
WHERE i.picture_id = ANY(%(pictures)s) ORDER BY i.picture_id, w.id"""

SEEN = """
SELECT c.watched_image_id, p.sha256, c.label, c.score, c.changes, c.visible_share, c.placement
FROM monitor_picture p JOIN monitor_comparison c ON c.picture_id = p.id
WHERE p.sha256 = ANY(%(contents)s) AND p.sha256 <> '' AND c.watched_image_id = ANY(%(images)s)
      AND c.method_version = %(method)s"""

# Rows whose picture or image went meanwhile are left out.
KEEP = """
INSERT INTO monitor_comparison
       (watched_image_id, picture_id, method_version, label, score, changes, visible_share, placement)
SELECT w.id, p.id, %(method)s, u.label, u.score, u.changes, u.visible_share, u.placement
FROM json_to_recordset(%(looks)s) AS u(image bigint, picture bigint, label text, score float8, changes jsonb,
                                       visible_share float8, placement jsonb)
JOIN monitor_picture p ON p.id = u.picture JOIN monitor_watchedimage w ON w.id = u.image
ORDER BY w.id, p.id FOR KEY SHARE OF p, w
ON CONFLICT DO NOTHING"""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A found picture beside a watched image: its full `content` when it was just fetched, else its stored copy."""

    picture: int
    sha256: str
    image: int
    image_file: str
    content: bytes = b""
    copy: str = ""


class Seen(NamedTuple):
    """What a comparison keeps of a verdict; its members are those of the table."""

    label: str
    score: float | None
    changes: Sequence[Any]
    visible_share: float | None
    placement: Sequence[Any] | None


@dataclass(frozen=True, kw_only=True)
class Look:
    """What was seen of a pair; None when its stored copy is gone."""

    pair: Pair
    seen: Seen | None


def watched_beside(pictures: Sequence[Picture]) -> list[tuple[int, int, str]]:
    """(picture, watched image, its file) for all images on whose matches the pictures are."""
    return [(row[0], row[1], row[2]) for row in ask(WATCHED, pictures=[picture.pk for picture in pictures])]


def look(pairs: Sequence[Pair], pace: Pace) -> list[Look]:
    """Compares each image with each content once, ever; nothing is stored yet."""
    seen = _seen_before(pairs)
    new = {(pair.image, pair.sha256): pair for pair in pairs if (pair.image, pair.sha256) not in seen}
    looked = dict(zip(new, pace.map(_compare, new.values()), strict=True))
    return [
        Look(pair=pair, seen=seen.get(key) or looked[key])
        for pair, key in ((pair, (pair.image, pair.sha256)) for pair in pairs)
    ]


def keep(looks: Sequence[Look]) -> None:
    """Stores the comparisons; one that is known stays as it is."""
    rows = [
        {"image": look.pair.image, "picture": look.pair.picture, **look.seen._asdict()}
        for look in looks
        if look.seen
    ]
    if rows:
        ask(KEEP, looks=json.dumps(rows))


def _seen_before(pairs: Sequence[Pair]) -> dict[tuple[int, str], Seen]:
    contents = sorted({pair.sha256 for pair in pairs})
    if not contents:
        return {}
    rows = ask(SEEN, contents=contents, images=sorted({pair.image for pair in pairs}))
    return {
        (image, sha256): Seen(label, score, *map(_read, rest)) for image, sha256, label, score, *rest in rows
    }


def _read(value: Any) -> Any:
    """Raw statements give JSON as text."""
    return json.loads(value) if isinstance(value, str) else value


def _compare(pair: Pair) -> Seen | None:
    """Runs in threads, without the database."""
    try:
        content = pair.content or _stored(pair.copy)
    except FileNotFoundError:
        return None
    ours = reference(pair.image_file)
    try:
        verdict = verification.verify(ours, content) if ours else None
    except Exception:  # a picture that nobody foresaw must not stop all others
        log.exception("Picture %s could not be compared with image %s.", pair.picture, pair.image)
        verdict = None
    return _as_kept(verdict or Verdict(label=Label.UNVERIFIABLE, score=0.0, method_version=METHOD_VERSION))


def _stored(name: str) -> bytes:
    with default_storage.open(name) as file:
        return bytes(file.read())


def _as_kept(verdict: Verdict) -> Seen:
    return Seen(
        label=verdict.label.value,
        score=verdict.score,
        changes=[change.as_json() for change in verdict.changes],
        visible_share=verdict.visible_share,
        placement=verdict.placement.corners if verdict.placement else None,
    )
