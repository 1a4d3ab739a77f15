"""When a run is told, and what of it to whom. Safe to repeat, and safe to be killed anywhere:

1. A run is ready when none of its searches is open and the pictures of its new matches are settled, or 15
   minutes after its last search ended.
2. One transaction marks it as told (a conditional update: of two deciders one goes on) and writes, for each
   follower, which matches their next mail holds. Either all of this is there or nothing.
3. A person's AlertItem is unique per match, so no later run, digest or change of frequency tells it again.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, QuerySet

from monitor.alerts import digests, news
from monitor.models import OPEN_STATES, Alert, AlertItem, Collection, Follow, Match, Run, Search

PICTURES_MAY_TAKE = timedelta(minutes=15)
BATCH = 200

log = logging.getLogger(__name__)


def decide_due(at: datetime) -> int:
    """Decides every run that is ready; returns how many were."""
    still_open = Search.objects.filter(run=OuterRef("pk"), state__in=OPEN_STATES)
    ended = Run.objects.filter(~Exists(still_open), told_at=None).select_related("collection__workspace")
    return sum(_decide_if_ready(run, at) for run in ended.order_by("scheduled_for", "pk")[:BATCH])


def _decide_if_ready(run: Run, at: datetime) -> bool:
    try:
        return is_ready(run, at) and decide(run, at)
    except Exception:  # one that cannot be told must not silence all others
        log.exception("Run %s could not be told.", run.pk)
        return False


def is_ready(run: Run, at: datetime) -> bool:
    """Whether a run without open searches has waited enough for its pictures."""
    ended_at = run.searches.aggregate(last=Max("ended_at"))["last"]
    has_waited = ended_at is None or at - ended_at >= PICTURES_MAY_TAKE
    return has_waited or news.pictures_are_settled(run)


@transaction.atomic
def decide(run: Run, at: datetime) -> bool:
    """Marks the run as told and hands its news to every follower's next mail; False when it was told before."""
    if not Run.objects.filter(pk=run.pk, told_at=None).update(told_at=at):
        return False
    matches = list(news.new_matches(run))
    if matches:
        ranks = news.ranks_in(run, [match.pk for match in matches])
        for follow in followers(run.collection):
            _hand_over(follow, run, _not_told(follow, matches), ranks, at)
    return True


def followers(collection: Collection) -> QuerySet[Follow]:
    """Those who want mail and are members still, locked in one order until the transaction ends."""
    wanting = Follow.objects.filter(collection=collection).exclude(frequency=Follow.Frequency.OFF)
    members = wanting.filter(
        user__is_active=True,
        user__memberships__workspace=F("collection__workspace"),
        collection__workspace__deleted_at=None,
    )
    locked = members.select_for_update(of=("self",), no_key=True)
    return locked.select_related("user").order_by("user_id")


def _not_told(follow: Follow, matches: Sequence[Match]) -> list[Match]:
    """What is news to this person: found since they follow, and in none of their mails."""
    told = AlertItem.objects.filter(user=follow.user, kind=AlertItem.Kind.NEW, match__in=matches)
    known = set(told.values_list("match_id", flat=True))
    return [match for match in matches if match.first_seen_at >= follow.since and match.pk not in known]


def _hand_over(
    follow: Follow, run: Run, matches: Sequence[Match], ranks: Mapping[int, dict[str, int]], at: datetime
) -> None:
    if not matches:
        return
    is_daily = follow.frequency == Follow.Frequency.DAILY
    alert = digests.open_digest(follow, run.collection, at) if is_daily else _run_alert(follow, run, at)
    items = [
        AlertItem(alert=alert, user=follow.user, match=match, run=run, ranks=ranks.get(match.pk, {}))
        for match in matches
    ]
    AlertItem.objects.bulk_create(items, ignore_conflicts=True)


def _run_alert(follow: Follow, run: Run, at: datetime) -> Alert:
    alert = Alert.objects.create(
        kind=Alert.Kind.RUN,
        user=follow.user,
        run=run,
        collection=run.collection,
        workspace=run.collection.workspace,
        due_at=at,
    )
    digests.add_delivery(alert)
    return alert
