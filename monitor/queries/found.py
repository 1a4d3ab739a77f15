"""The picture that stands for a match: the one that decided its verdict, else the newest that we could fetch."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from monitor.models import Comparison, Picture, ResultItem

NOT_YET = "The picture has not been fetched yet."
NONE = "The engine named no picture."


@dataclass(frozen=True, kw_only=True)
class FoundPicture:
    """Its address here, or "" and the reason why there is none."""

    src: str = ""
    reason: str = ""


def pictures_of(matches: Iterable[int]) -> dict[int, FoundPicture]:
    """The picture of each of these matches that has an item; one query."""
    return {match: picture_of(item) for match, item in items_of(matches).items()}


def items_of(matches: Iterable[int]) -> dict[int, ResultItem]:
    """The item that stands for each of these matches, with its picture; one query."""
    # A match has the score and the changes of its best picture.
    deciding = Comparison.objects.filter(
        watched_image=OuterRef("match__watched_image"),
        picture=OuterRef("picture"),
        score=OuterRef("match__score"),
        changes=OuterRef("match__changes"),
    )
    items = ResultItem.objects.filter(match__in=list(matches)).annotate(
        is_fetched=Coalesce(Q(picture__state=Picture.State.FETCHED), False),
        is_deciding=Exists(deciding),
        has_picture=Q(picture__isnull=False),
    )
    best_first = ("-is_fetched", "-is_deciding", "-has_picture", "-pk")
    chosen = items.order_by("match_id", *best_first).distinct("match_id")
    return {item.match_id: item for item in chosen.select_related("picture")}


def picture_of(item: ResultItem) -> FoundPicture:
    """The picture of this very item, whose `picture` is at hand."""
    if item.picture is None:
        return FoundPicture(reason=NONE)
    if item.picture.file:
        return FoundPicture(src=reverse("found-picture", args=[item.pk]))
    return FoundPicture(reason=item.picture.error or NOT_YET)
