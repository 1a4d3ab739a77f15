"""Settling posts whose outcome is not known: never repeated blindly, but looked up by tag in the provider's list.

A miss proves nothing at once, because the list may lag: it takes three, the last one well after the post.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from monitor.models import Provider, ProviderTask, Run, Search
from monitor.pipeline import claiming, ending, engines, limits
from monitor.providers.base import KnownTask, ProviderError

MISSES_NEEDED = 3
LOOK_BACK = timedelta(hours=1)
SETTLED_AFTER = {Run.Trigger.MANUAL: timedelta(minutes=10), Run.Trigger.SCHEDULE: timedelta(minutes=30)}
BETWEEN_LOOKS = timedelta(minutes=1)
UNSETTLED = (ProviderTask.State.POSTING, ProviderTask.State.UNKNOWN)
NOT_CREATED = "The provider does not know of this search; it is asked again."


def reconcile_due(at: datetime, only_run: int | None = None) -> int:
    """Looks up the tasks of searches whose posting lease is over; returns how many searches were looked at."""
    searches = claiming.claim(
        (Search.State.ASKING,), Provider.DATAFORSEO, limit=100, lease=BETWEEN_LOOKS, only_run=only_run
    )
    for is_simulated in (False, True):
        mine = [s for s in searches if s.watched_image.workspace.is_demo == is_simulated]
        if mine:
            _reconcile(mine, at, is_simulated=is_simulated)
    return len(searches)


def _reconcile(searches: Sequence[Search], at: datetime, *, is_simulated: bool) -> None:
    tasks = list(
        ProviderTask.objects.filter(search__in=searches, state__in=UNSETTLED).select_related("search__run")
    )
    for search in searches:
        if search.pk not in {task.search_id for task in tasks}:
            ending.put_back(search, "", timedelta(seconds=0))
    if not tasks:
        return
    known = _look_up(tasks, at, is_simulated=is_simulated)
    if known is None:
        return
    for task in tasks:
        _settle(task, known.get(task.tag), at)


def _look_up(
    tasks: Sequence[ProviderTask], at: datetime, *, is_simulated: bool
) -> dict[str, KnownTask] | None:
    """The provider's own list since the oldest post, by tag; None when it could not be read this time."""
    account = "dataforseo-simulated" if is_simulated else "dataforseo"
    if not limits.take(f"{account}:id_list", per_minute=60 if is_simulated else 5, burst=3):
        return None
    since = min(task.posted_at for task in tasks) - LOOK_BACK
    try:
        rows = engines.dataforseo(is_simulated=is_simulated).find_tasks(since, at)
        return {row.tag: row for row in rows}
    except ProviderError:
        return None


@transaction.atomic
def _settle(looked_up: ProviderTask, known: KnownTask | None, at: datetime) -> None:
    """Only while it is unsettled still: its own post or another look may have been quicker."""
    unsettled = ProviderTask.objects.filter(state__in=UNSETTLED).select_for_update(of=("self",))
    task = unsettled.select_related("search__run").filter(pk=looked_up.pk).first()
    if task is None:
        return
    if known is not None:
        _adopt(task, known, at)
        return
    ProviderTask.objects.filter(pk=task.pk).update(
        state=ProviderTask.State.UNKNOWN, misses=F("misses") + 1, checked_at=timezone.now()
    )
    waited = at - task.posted_at >= SETTLED_AFTER[Run.Trigger(task.search.run.trigger)]
    if task.misses + 1 >= MISSES_NEEDED and waited:
        _write_off(task, at)


def _adopt(task: ProviderTask, known: KnownTask, at: datetime) -> None:
    """The task exists: it is taken over with its id and its cost, or its refusal is recorded."""
    is_refused = known.status_code // 100 in (405, 400) or (known.status_code >= 50000 and not known.cost)
    ProviderTask.objects.filter(pk=task.pk).update(
        state=ProviderTask.State.REFUSED if is_refused else ProviderTask.State.ACCEPTED,
        remote_id=None if is_refused else known.remote_id,
        cost=known.cost,
        billed=ProviderTask.Billed.YES if known.cost else ProviderTask.Billed.NO,
        status_code=known.status_code,
        message="",
    )
    if is_refused:
        ending.retry_or_fail(task.search, f"The provider refused the search ({known.status_code}).", at)
    else:
        Search.objects.filter(pk=task.search_id, state=Search.State.ASKING).update(
            state=Search.State.WAITING, not_before=Now(), error=""
        )


def _write_off(task: ProviderTask, at: datetime) -> None:
    ProviderTask.objects.filter(pk=task.pk).update(
        state=ProviderTask.State.LOST, message=NOT_CREATED, reserved=0
    )
    ending.retry_or_fail(task.search, NOT_CREATED, at, timedelta(seconds=0))
