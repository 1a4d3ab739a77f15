"""What people say of matches: each decision is kept, the match carries the newest that stands.

Locks are taken in the order of ids, as everything that locks many matches does.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from monitor.models import DecisionEntry, Match
from monitor.models.matches import MatchQuerySet

FIELDS = ("decision", "decided_by", "decided_at")
BATCH = 500


@transaction.atomic
def decide(
    matches: MatchQuerySet, decision: str, user: User, at: datetime, *, note: str | None = None
) -> list[DecisionEntry]:
    """Writes a decision of a person about these matches, with a note unless it is None; an entry for each match.

    All entries of one call share their moment, by which `undo` finds them again. What the person has just said
    of a match, with the second click of two perhaps, stands as it is: one `undo` takes it back.
    """
    locked = _locked(matches)
    if note is not None:
        Match.objects.filter(pk__in=[match.pk for match in locked]).update(note=note)
    standing = _standing(locked)
    said = {pk: one for pk, one in standing.items() if (one.decision, one.user_id) == (decision, user.pk)}
    fresh = [match for match in locked if match.pk not in said]
    Match.objects.filter(pk__in=[match.pk for match in fresh]).update(
        decision=decision, decided_by=user, decided_at=at
    )
    made = DecisionEntry.objects.bulk_create(
        DecisionEntry(
            workspace_id=match.workspace_id,
            match=match,
            user=user,
            decision=decision,
            verdict=match.verdict,
            made_at=at,
        )
        for match in fresh
    )
    return [*said.values(), *made]


@transaction.atomic
def undo(entry: DecisionEntry, at: datetime) -> Sequence[Match]:
    """Takes back a decision and those made with it; the matches, each with the newest decision that stands."""
    together = made_with(entry)
    matches = _locked(Match.objects.filter(pk__in=together.values("match")))
    together.update(undone_at=at)
    standing = _standing(matches)
    for match in matches:
        last = standing.get(match.pk)
        match.decision = last.decision if last else Match.Decision.OPEN
        match.decided_by = last.user if last else None
        match.decided_at = last.made_at if last else None
    Match.objects.bulk_update(matches, FIELDS, batch_size=BATCH)
    return matches


def made_with(entry: DecisionEntry) -> QuerySet[DecisionEntry]:
    """The decision and all that the person made in the same stroke, as far as they stand."""
    return DecisionEntry.objects.filter(
        workspace=entry.workspace_id,
        made_at=entry.made_at,
        user=entry.user_id,
        decision=entry.decision,
        undone_at=None,
    )


def _locked(matches: QuerySet[Match]) -> list[Match]:
    return list(matches.order_by("pk").select_for_update(of=("self",), no_key=True))


def _standing(matches: Iterable[Match]) -> dict[int, DecisionEntry]:
    entries = DecisionEntry.objects.filter(match__in=list(matches), undone_at=None)
    newest = (
        entries.order_by("match", "-pk").distinct("match").select_related("user")
    )  # ids are given under the lock
    return {entry.match_id: entry for entry in newest}
