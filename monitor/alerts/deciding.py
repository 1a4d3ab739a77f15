"""When a run is told, and what of it to whom. Safe to repeat, and safe to be killed anywhere:

1. A run is ready when none of its searches is open and all its new matches have verdicts, or 15 minutes after its
   last search ended.
2. One transaction marks it as told (a conditional update: of two deciders one goes on) and writes, for each
   follower, which matches their next mail holds, of those where a copy was seen. Either all is there or nothing.
3. The others are noted as untold under the locks of their matches, so that no verdict comes in between. One where a
   copy is seen later is told then, together with what else comes within ten minutes.
4. A person's AlertItem is unique per match, so no later run, digest or change of frequency tells it again.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, QuerySet

from monitor.alerts import digests, news
from monitor.models import OPEN_STATES, Alert, AlertItem, Collection, Follow, Match, Run, Search, Untold

PICTURES_MAY_TAKE = timedelta(minutes=15)
LATE_ONES_GATHER = timedelta(minutes=10)
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
    return has_waited or news.is_settled(run)


@transaction.atomic
def decide(run: Run, at: datetime) -> bool:
    """Marks the run as told and hands its news to every follower's next mail; False when it was told before."""
    if not Run.objects.filter(pk=run.pk, told_at=None).update(told_at=at):
        return False
    found = list(news.new_matches(run).select_for_update(no_key=True))
    telling = [match for match in found if news.is_telling(match)]
    untold = [Untold(match=match, run=run) for match in found if not news.is_telling(match)]
    Untold.objects.bulk_create(untold, ignore_conflicts=True)
    _tell(run, telling, at, _run_alert)
    return True


def decide_late(at: datetime) -> None:
    """Tells the matches of told runs where a copy was seen only now."""
    due = Run.objects.filter(pk__in=Untold.objects.filter(is_due=True).values("run"))
    for run in due.select_related("collection__workspace").order_by("pk"):
        try:
            _decide_late(run, at)
        except Exception:  # as above
            log.exception("Late news of run %s could not be told.", run.pk)


@transaction.atomic
def _decide_late(run: Run, at: datetime) -> None:
    due = Untold.objects.filter(run=run, is_due=True).order_by("pk").select_for_update(skip_locked=True)
    ids = list(due.values_list("pk", flat=True))
    _tell(run, list(Match.objects.live().filter(pk__in=ids, verdict__in=news.COPIES)), at, _late_alert)
    Untold.objects.filter(pk__in=ids).delete()


def _tell(
    run: Run, matches: Sequence[Match], at: datetime, alert: Callable[[Follow, Run, datetime], Alert]
) -> None:
    """Hands matches to the next mail of every follower: the digest, or one that `alert` opens."""
    if matches:
        ranks = news.ranks_in(run, [match.pk for match in matches])
        for follow in followers(run.collection):
            fresh = _not_told(follow, matches)
            if fresh:
                is_daily = follow.frequency == Follow.Frequency.DAILY
                mail = digests.open_digest if is_daily else alert
                _hand_over(mail(follow, run, at), fresh, run, ranks)


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


def _hand_over(alert: Alert, matches: Sequence[Match], run: Run, ranks: Mapping[int, dict[str, int]]) -> None:
    items = [
        AlertItem(alert=alert, user=alert.user, match=match, run=run, ranks=ranks.get(match.pk, {}))
        for match in matches
    ]
    AlertItem.objects.bulk_create(items, ignore_conflicts=True)


def _late_alert(follow: Follow, run: Run, at: datetime) -> Alert:
    """The person's open one, locked: it stays open until what is added is committed."""
    alert, is_new = Alert.objects.select_for_update(no_key=True).get_or_create(
        kind=Alert.Kind.LATE,
        user=follow.user,
        run=run,
        closed_at=None,
        defaults={
            "collection": run.collection,
            "workspace": run.collection.workspace,
            "due_at": at + LATE_ONES_GATHER,
        },
    )
    if is_new:
        digests.add_delivery(alert)
    return alert


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
