"""The images with the most new matches, and a look at what was found of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from monitor.models import Match, WatchedImage
from monitor.models.matches import MatchQuerySet
from monitor.queries.found import NONE, FoundPicture, pictures_of

ROWS = 8
FRAMES = 6


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A new match: its picture, and the domain that it is on."""

    match: Match
    picture: FoundPicture


@dataclass(frozen=True, kw_only=True)
class Row:
    """A watched image with its newest matches; `n_rest` are not shown."""

    image: WatchedImage
    n_new: int
    frames: list[Frame]

    @property
    def n_rest(self) -> int:
        return self.n_new - len(self.frames)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Eight rows at most; `n_rest` more images have new matches."""

    rows: list[Row]
    n_rest: int


def contact_sheet(new: MatchQuerySet) -> Sheet:
    """The sheet of these new matches; four queries."""
    counts = dict(new.values_list("watched_image").annotate(n=Count("pk")).order_by("-n", "watched_image"))
    shown = list(counts)[:ROWS]
    images = WatchedImage.objects.in_bulk(shown)
    frames = _frames(new, {image: _n_frames(counts[image]) for image in shown})
    rows = [Row(image=images[pk], n_new=counts[pk], frames=frames.get(pk, [])) for pk in shown]
    return Sheet(rows=rows, n_rest=len(counts) - len(shown))


def _n_frames(n_new: int) -> int:
    """The last place goes to the figure of those that are left over."""
    return n_new if n_new <= FRAMES else FRAMES - 1


def _frames(new: MatchQuerySet, wanted: dict[int, int]) -> dict[int, list[Frame]]:
    place = Window(
        RowNumber(), partition_by="watched_image", order_by=[F("first_seen_at").desc(), F("pk").desc()]
    )
    ranked = new.filter(watched_image__in=wanted).annotate(place=place).filter(place__lte=FRAMES)
    matches = [m for m in ranked.select_related("domain").order_by("place") if _fits(m, wanted)]
    pictures = pictures_of(match.pk for match in matches)
    return {image: _of(image, matches, pictures) for image in wanted}


def _fits(match: Match, wanted: dict[int, int]) -> bool:
    place: int = match.place  # type: ignore[attr-defined]  # annotated by _frames
    return place <= wanted[match.watched_image_id]


def _of(image: int, matches: Sequence[Match], pictures: dict[int, FoundPicture]) -> list[Frame]:
    none = FoundPicture(reason=NONE)
    mine = [match for match in matches if match.watched_image_id == image]
    return [Frame(match=match, picture=pictures.get(match.pk, none)) for match in mine]
