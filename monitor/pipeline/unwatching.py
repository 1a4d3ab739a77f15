"""Matches that nobody looks for any more: neither live nor gone, until an active target has seen them again."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from monitor.models import Match, ResultItem, WatchedImage


def mark_unwatched(images: Sequence[WatchedImage], at: datetime) -> None:
    """A match that no active target has seen is unwatched; one that an active target has seen is watched."""
    seen = ResultItem.objects.filter(match=OuterRef("pk"), target__is_active=True)
    matches = Match.objects.filter(watched_image__in=images, gone_at=None).annotate(is_watched=Exists(seen))
    matches.filter(Q(is_watched=False), unwatched_at=None).update(unwatched_at=at)
    matches.filter(Q(is_watched=True)).exclude(unwatched_at=None).update(unwatched_at=None)
