"""The matches that wait for a decision, in their order, and the place of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from accounts.models import User, Workspace
from monitor.models import DecisionEntry, Match
from monitor.models.matches import MatchQuerySet
from monitor.queries.found import NONE, FoundPicture, pictures_of

VERDICTS = ("exact", "modified", "probable", "unchecked")
# What is queued: what nobody has decided, or what was put off.
KINDS = {"open": "to review", "later": "for later"}
MOST = 99
DONE, BEFORE, AFTER = 3, 4, 12


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A match in the strip, or one that was decided just now."""

    match: Match
    picture: FoundPicture


@dataclass(frozen=True, kw_only=True)
class Queue:
    """The strip around a match: what the person decided last, then the queue; `n_left` is at most 100."""

    kind: str
    done: Sequence[Slot]
    before: Sequence[Slot]
    here: Slot
    after: Sequence[Slot]
    n_left: int
    n_today: int

    @property
    def previous(self) -> Match | None:
        return self.before[-1].match if self.before else None

    @property
    def next(self) -> Match | None:
        return self.after[0].match if self.after else None

    @property
    def total(self) -> int:
        return self.n_today + self.n_left


def queued(workspace: Workspace, kind: str = "open") -> MatchQuerySet:
    """Live matches of the queue, newest first; neither look-alikes nor what was known at start."""
    live = Match.objects.filter(workspace=workspace, known_at_start=False, decision=kind).live()
    return live.filter(verdict__in=VERDICTS).order_by("-first_seen_at", "-pk")


def n_queued(workspace: Workspace, kind: str = "open") -> int:
    """How many wait, counted to a hundred."""
    return queued(workspace, kind)[: MOST + 1].count()


def following(queue: MatchQuerySet, match: Match) -> MatchQuerySet:
    """Those of a queue that come after a match, which may have left it."""
    older = queue.filter(first_seen_at__lte=match.first_seen_at)
    return older.exclude(first_seen_at=match.first_seen_at, pk__gte=match.pk)


def preceding(queue: MatchQuerySet, match: Match) -> MatchQuerySet:
    """Those that come before it, the nearest first."""
    newer = queue.filter(first_seen_at__gte=match.first_seen_at)
    others = newer.exclude(first_seen_at=match.first_seen_at, pk__lte=match.pk)
    return others.order_by("first_seen_at", "pk")


def next_of(workspace: Workspace, match: Match, kind: str) -> Match | None:
    """Where to go from a match: on, or else back to the first one."""
    queue = queued(workspace, kind).exclude(pk=match.pk)
    return following(queue, match).first() or queue.first()


def queue_around(workspace: Workspace, match: Match, user: User, kind: str, at: datetime) -> Queue:
    """The strip of a match for a person; `at` is in the workspace's zone. Six queries."""
    queue = queued(workspace, kind).exclude(pk=match.pk).select_related("domain")
    before = list(preceding(queue, match)[:BEFORE])[::-1]
    after = list(following(queue, match)[:AFTER])
    done, n_today = _done(workspace, match, user, at)
    pictures = pictures_of(each.pk for each in [*done, *before, match, *after])

    def slots(matches: Sequence[Match]) -> list[Slot]:
        return [
            Slot(match=each, picture=pictures.get(each.pk, FoundPicture(reason=NONE))) for each in matches
        ]

    return Queue(
        kind=kind,
        done=slots(done),
        before=slots(before),
        here=slots([match])[0],
        after=slots(after),
        n_left=n_queued(workspace, kind),
        n_today=n_today,
    )


def _done(workspace: Workspace, match: Match, user: User, at: datetime) -> tuple[list[Match], int]:
    """What the person decided today: the last few other matches, oldest first, and how many in all."""
    today = at.replace(hour=0, minute=0, second=0, microsecond=0)
    entries = DecisionEntry.objects.filter(
        workspace=workspace, user=user, undone_at=None, made_at__gte=today
    ).order_by("-made_at", "-pk")
    rows = list(entries.exclude(decision="later").select_related("match__domain")[: MOST + 1])
    others = {entry.match_id: entry.match for entry in rows if entry.match_id != match.pk}
    return list(islice(others.values(), DONE))[::-1], len({entry.match_id for entry in rows})
