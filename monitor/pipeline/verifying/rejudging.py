"""A new version of the method judges what older ones have judged, from the stored copies."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.models import Match
from monitor.models.matches import MatchQuerySet
from monitor.pipeline.verifying import sweeping
from monitor.pipeline.verifying.pacing import Pace
from monitor.verification import METHOD_VERSION

BATCH = 100


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How many matches of a batch were judged, and how many have another verdict now."""

    judged: int
    changed: int


def outdated(workspace: int | None = None) -> MatchQuerySet:
    """Matches whose verdict is of an older version; those that are to be judged anyway are left to the workers."""
    found = Match.objects.exclude(method_version__in=[0, METHOD_VERSION])
    return found if workspace is None else found.filter(workspace=workspace)


def rejudge(workspace: int | None, pace: Pace) -> Iterator[Progress]:
    """Batch by batch; a match that somebody holds is left as it is until the next time."""
    after = 0
    while rows := _batch(workspace, after):
        after = max(rows)
        sweeping.judge(list(rows), pace, lambda: False, is_news=False)
        now = dict(Match.objects.filter(pk__in=rows).values_list("pk", "verdict"))
        yield Progress(judged=len(rows), changed=sum(now.get(pk, was) != was for pk, was in rows.items()))


def _batch(workspace: int | None, after: int) -> dict[int, str]:
    rows = outdated(workspace).filter(pk__gt=after).order_by("pk")
    return dict(rows.values_list("pk", "verdict")[:BATCH])
