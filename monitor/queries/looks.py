"""The found pictures of a match, each with what our own look at it says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.images import get_image_dimensions

from monitor.models import Comparison, Match, Picture, ResultItem, Strictness
from monitor.queries.found import NONE, FoundPicture, picture_of
from monitor.queries.placing import Placing, placing
from monitor.queries.verdict_words import BADGES
from monitor.verification import Label, label_for

# The best first; a match is what its best picture is.
ORDER = list(BADGES)
SQUARE = (320, 320)


@dataclass(frozen=True, kw_only=True)
class Look:
    """A found picture as it came with `item`; without a comparison it is unchecked, or could not be checked."""

    item: ResultItem | None
    picture: FoundPicture
    verdict: str
    changes: Sequence[Mapping[str, Any]] = ()
    visible_share: float | None = None
    placement: list[list[float]] | None = None
    looked_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What is compared: the look in front, our copy's size in px, and where the watched picture is in it."""

    look: Look
    width: int
    height: int
    placing: Placing | None = field(default=None)


def looks_of(match: Match) -> list[Look]:
    """Its different pictures, the best first; three queries."""
    items = ResultItem.objects.filter(match=match).exclude(picture=None).select_related("picture")
    pictures = _different(items.order_by("-pk"))
    compared = _comparisons(match.watched_image_id, pictures)
    strictness = Strictness.objects.of(match.workspace_id)
    surest_first = sorted(pictures, key=lambda pk: _score(compared.get(pk)), reverse=True)
    found = [_look(pictures[pk], compared.get(pk), strictness) for pk in surest_first]
    return sorted(found, key=lambda look: (ORDER.index(look.verdict), not look.picture.src))


def stage_of(match: Match, looks: Sequence[Look], wanted: str) -> Stage:
    """The look that an address asks for by its item, else the best one, else none."""
    chosen = next((look for look in looks if look.item and str(look.item.pk) == wanted), None)
    nothing = Look(item=None, picture=FoundPicture(reason=NONE), verdict=match.verdict)
    look = chosen or next(iter(looks), nothing)
    width, height = _size(look)
    return Stage(look=look, width=width, height=height, placing=placing(look.placement, width, height))


def _different(items: Iterable[ResultItem]) -> dict[int, ResultItem]:
    """By picture: the newest item of each, one for each content."""
    known, chosen = set[str](), dict[int, ResultItem]()
    for item in items:
        picture = item.picture
        if picture is None or picture.pk in chosen or picture.sha256 in known:
            continue
        chosen[picture.pk] = item
        known |= {picture.sha256} - {""}
    return chosen


def _comparisons(image: int, pictures: Iterable[int]) -> dict[int, Comparison]:
    """By picture, each by the newest version of the method."""
    rows = Comparison.objects.filter(watched_image=image, picture__in=list(pictures))
    return {row.picture_id: row for row in rows.order_by("method_version")}


def _score(seen: Comparison | None) -> float:
    return (seen.score if seen else None) or 0.0


def _look(item: ResultItem, seen: Comparison | None, strictness: float) -> Look:
    found = picture_of(item)
    if seen is None:
        has_failed = item.picture is not None and item.picture.state == Picture.State.FAILED
        return Look(item=item, picture=found, verdict="unverifiable" if has_failed else "unchecked")
    return Look(
        item=item,
        picture=found,
        verdict=label_for(Label(seen.label), seen.score or 0.0, strictness),
        changes=seen.changes,
        visible_share=seen.visible_share,
        placement=seen.placement,
        looked_at=seen.looked_at,
    )


def _size(look: Look) -> tuple[int, int]:
    """Of our copy; a square where it is not to be had."""
    file = look.item.picture.file if look.item and look.item.picture else None
    if not file:
        return SQUARE
    try:
        with file.open("rb") as opened:
            width, height = get_image_dimensions(opened)
    except OSError:
        return SQUARE
    return (width, height) if width and height else SQUARE
