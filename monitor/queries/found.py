"""The picture that stands for a match: of its items the newest one that we could fetch."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from monitor.models import Picture, ResultItem

NOT_YET = "The picture has not been fetched yet."
NONE = "The engine named no picture."


@dataclass(frozen=True, kw_only=True)
class FoundPicture:
    """Its address here, or "" and the reason why there is none."""

    src: str = ""
    reason: str = ""


def pictures_of(matches: Iterable[int]) -> dict[int, FoundPicture]:
    """The picture of each of these matches that has an item; one query."""
    is_fetched = Q(picture__state=Picture.State.FETCHED)
    items = ResultItem.objects.filter(match__in=list(matches)).annotate(is_fetched=is_fetched)
    chosen = items.order_by("match_id", "-is_fetched", "-pk").distinct("match_id").select_related("picture")
    return {item.match_id: picture_of(item) for item in chosen}


def picture_of(item: ResultItem) -> FoundPicture:
    """The picture of this very item, whose `picture` is at hand."""
    if item.picture is None:
        return FoundPicture(reason=NONE)
    if item.picture.file:
        return FoundPicture(src=reverse("found-picture", args=[item.pk]))
    return FoundPicture(reason=item.picture.error or NOT_YET)
