"""Looking at what the demo's runs found: the news first, and of the rest what there is time for."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, DurationField, Exists, F, Func, OuterRef
from django.db.models.functions import Now

from accounts.models import Workspace
from monitor.models import Comparison, Match, Picture, ResultItem
from monitor.pipeline.verifying import Pace, Round

NEWS = timedelta(days=8)
A_WHILE = timedelta(hours=1)
# Lists begin with the newest.
NEWEST_FIRST = Func(
    F("pk"), template="make_interval(secs => %(expressions)s / 1000.0)", output_field=DurationField()
)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was looked at: `shown` are result items with a picture, `same` looks taken over from equal content."""

    shown: int
    pictures: int
    fetched: int
    left: int
    same: int
    verdicts: Mapping[str, int]
    cpu: float

    def __str__(self) -> str:
        called = ", ".join(f"{count} {verdict}" for verdict, count in self.verdicts.items())
        return (
            f"{self.shown} results show {self.pictures} pictures: {self.fetched} fetched, {self.left} left to the "
            f"workers; {self.same} had content that was looked at already. Matches: {called}. "
            f"Looking took {self.cpu:.1f} s of CPU."
        )


def look(workspace: Workspace, at: datetime, *, until: float) -> Figures:
    """Judges all that is new at that time, then older finds `until` a moment of the monotonic clock."""
    pace = Pace(at_once=1, share=1.0)
    pending = Picture.objects.filter(state=Picture.State.PENDING, items__match__workspace=workspace)
    rest = Picture.objects.filter(pk__in=pending.exclude(_is_news(at)).values("pk"))
    rest.update(not_before=Now() + A_WHILE)
    Round(pace=pace).look_due()
    rest.update(not_before=Now() - NEWEST_FIRST)
    Round(pace=pace).look_due(lambda: time.monotonic() > until)
    return _figures(workspace, pace)


def _is_news(at: datetime) -> Exists:
    news = Match.objects.filter(known_at_start=False, first_seen_at__gt=at - NEWS)
    return Exists(ResultItem.objects.filter(picture=OuterRef("pk"), match__in=news))


def _figures(workspace: Workspace, pace: Pace) -> Figures:
    items = ResultItem.objects.filter(match__workspace=workspace).exclude(picture=None)
    pictures = Picture.objects.filter(pk__in=items.values("picture"))
    states = Counter(pictures.values_list("state", flat=True))
    looks = Comparison.objects.filter(watched_image__workspace=workspace)
    contents = looks.values("watched_image", "picture__sha256").distinct()
    verdicts = Match.objects.filter(workspace=workspace).values_list("verdict").annotate(n=Count("pk"))
    return Figures(
        shown=items.count(),
        pictures=states.total(),
        fetched=states[Picture.State.FETCHED],
        left=states[Picture.State.PENDING],
        same=looks.count() - contents.count(),
        verdicts=dict(verdicts.order_by("-n")),
        cpu=pace.cpu,
    )
