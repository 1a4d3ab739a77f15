"""Settling posts whose outcome is not known: never repeated blindly, but looked up by tag in the provider's list.

A miss proves nothing at once, because the list may lag: it takes three, the last one well after the post.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from monitor.models import Provider, ProviderTask, Run, Search
from monitor.pipeline import claiming, ending, engines, listing, recording
from monitor.pipeline.accepting import Made, accept
from monitor.pipeline.claiming import Runs
from monitor.pipeline.engines import Account, holds
from monitor.pipeline.failing import fail
from monitor.pipeline.listing import Listing, Span
from monitor.providers.base import KnownTask
from monitor.providers.dataforseo.codes import Meaning, meaning_of, refusal

MISSES_NEEDED = 3
LOOK_BACK, LOOK_AHEAD = timedelta(minutes=10), timedelta(minutes=30)
SETTLED_AFTER = {Run.Trigger.MANUAL: timedelta(minutes=10), Run.Trigger.SCHEDULE: timedelta(minutes=30)}
BETWEEN_LOOKS = timedelta(minutes=1)
BATCH = 100
PURPOSE = "unsettled"
UNSETTLED = (ProviderTask.State.POSTING, ProviderTask.State.UNKNOWN)
CLAIMED = (Search.State.ASKING,)
REFUSALS = (Meaning.PERMANENT, Meaning.BUG, Meaning.ACCOUNT, Meaning.RETRY_CALL)
NOT_CREATED = "The provider does not know of this search; it is asked again."


def reconcile_due(at: datetime, only_runs: Runs = None) -> int:
    """Looks up the tasks of searches whose posting lease is over; returns how many searches were looked at."""
    return sum(_reconcile_due(account, at, only_runs) for account in engines.accounts(Provider.DATAFORSEO))


def _reconcile_due(account: Account, at: datetime, only_runs: Runs) -> int:
    ids = claiming.take(account, CLAIMED, limit=BATCH, lease=BETWEEN_LOOKS, only_runs=only_runs)
    if not ids:
        return 0
    tasks = ProviderTask.objects.filter(search__in=ids, state__in=UNSETTLED)
    unsettled = list(tasks.select_related("search__run"))
    if without := set(ids) - {task.search_id for task in unsettled}:
        ending.put_back(list(Search.objects.filter(pk__in=without)), "", timedelta(0), only=CLAIMED)
    if unsettled and (found := look_up(account, unsettled, at, PURPOSE)):
        _settle(account, unsettled, found, at)
    return len(ids)


def look_up(account: Account, tasks: Sequence[ProviderTask], at: datetime, purpose: str) -> Listing | None:
    """The provider’s own list around the time of these posts; None when it could not be read now.

    A long one is read in several looks, as long as it tells of any of these tasks.
    """
    posted = [task.posted_at for task in tasks]
    span = listing.left_off(account, purpose)
    if span is None or not any(_is_told_by(span, task) for task in tasks):
        since, until = min(posted) - LOOK_BACK, min(at, max(posted) + LOOK_AHEAD)
        span = Span(since=since, until=until, at=at)
    return listing.read(account, purpose, span, at)


def _is_told_by(span: Span, task: ProviderTask) -> bool:
    """Whether the span holds all around the post of a task."""
    return span.since <= task.posted_at - LOOK_BACK and task.posted_at <= span.until


def _settle(account: Account, tasks: Sequence[ProviderTask], found: Listing, at: datetime) -> None:
    """Whatever is listed counts, also for tasks that are nobody's turn now: these pages are not read again."""
    listed = ProviderTask.objects.filter(tag__in=list(found.tasks), state__in=UNSETTLED)
    known = [(task, found.tasks[task.tag]) for task in listed.select_related("search__run")]
    if made := [row for _, row in known if not is_refused(row)]:
        accept([Made(tag=row.tag, remote_id=row.remote_id, cost=row.cost) for row in made], at, is_ready=True)
    for task, row in known:
        if is_refused(row):
            _refuse(account, task, row, at)
    listing.leave_off(account, PURPOSE, found)
    for task in [] if found.rest else tasks:
        if task.tag not in found.tasks and _is_told_by(found.span, task):
            _miss(task, found.span.at)


def is_refused(row: KnownTask) -> bool:
    """Whether the provider took the task only to refuse it, for nothing."""
    return not row.cost and meaning_of(row.status_code) in REFUSALS


def _refuse(account: Account, task: ProviderTask, row: KnownTask, at: datetime) -> None:
    error = refusal(row.status_code, "")
    with transaction.atomic():
        if not _lock(task):
            return
        ProviderTask.objects.filter(pk=task.pk).update(
            state=ProviderTask.State.REFUSED,
            billed=ProviderTask.Billed.NO,
            status_code=row.status_code,
            message=error.message,
        )
        is_held = holds.is_held(account)
        hopeless = recording.give_back(account, [task.search], error, is_held=is_held)
    fail(hopeless, error.message, at)


def _miss(task: ProviderTask, at: datetime) -> None:
    """One more look without finding it; after enough of them it is written off and the search asked again."""
    hopeless: list[Search] = []
    with transaction.atomic():
        if not _lock(task):
            return
        waited = at - task.posted_at >= SETTLED_AFTER[Run.Trigger(task.search.run.trigger)]
        mine = ProviderTask.objects.filter(pk=task.pk)
        if task.misses + 1 < MISSES_NEEDED or not waited:
            mine.update(state=ProviderTask.State.UNKNOWN, misses=F("misses") + 1)
        else:
            mine.update(state=ProviderTask.State.LOST, message=NOT_CREATED, misses=F("misses") + 1)
            hopeless = ending.retry([task.search], NOT_CREATED, timedelta(0))
    fail(hopeless, NOT_CREATED, at)


def _lock(task: ProviderTask) -> bool:
    """Only while it is unsettled still: its own post or another look may have been quicker."""
    unsettled = ProviderTask.objects.filter(pk=task.pk, state__in=UNSETTLED)
    return bool(unsettled.select_for_update().values_list("pk"))
