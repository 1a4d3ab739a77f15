"""Tasks that have no answer (yet): looked at again later, asked anew where the rules allow it, or given up.

A task that is merely late is never bought twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from monitor.models import ProviderTask, Search
from monitor.pipeline import ending, listing, looks, reconciling
from monitor.pipeline.engines import Account
from monitor.pipeline.failing import fail
from monitor.providers.base import ProviderError, TaskFailed, TaskLost

KEEP_LOOKING = timedelta(minutes=10)
CHECK_AFTER = timedelta(hours=24)
GIVE_UP_AFTER = timedelta(hours=72)
# How long to wait before each new task for one that the provider has failed; its own rules (codes).
REPOST_AFTER = {
    40101: (timedelta(minutes=15),),
    40103: (timedelta(minutes=1), timedelta(minutes=10)),
    40106: (timedelta(minutes=1), timedelta(minutes=10)),
    50402: (timedelta(minutes=1),),
}
TOO_LATE = "The engine did not answer within three days."
NOT_LISTED = "The provider does not list this search any more."

Unanswered = tuple[ProviderTask, ProviderError | None]


def settle(account: Account, unanswered: Sequence[Unanswered], at: datetime) -> None:
    """Each with the error of its look, or none while the task is pending."""
    waiting: list[tuple[ProviderTask, str]] = []
    for task, error in unanswered:
        age = at - task.posted_at
        if isinstance(error, TaskFailed) or (isinstance(error, TaskLost) and age >= KEEP_LOOKING):
            _end(task, error, at)
        elif age > GIVE_UP_AFTER:
            fail([task.search], TOO_LATE, at)
        else:
            waiting.append((task, error.message if error else ""))
    _wait_on(waiting, at)
    _check_list(account, [task for task, _ in waiting], at)


def _wait_on(waiting: Sequence[tuple[ProviderTask, str]], at: datetime) -> None:
    """The next look at each, in one statement."""
    if not waiting:
        return
    sql = """UPDATE monitor_search AS search
             SET not_before = clock_timestamp() + make_interval(secs => next.wait), error = next.reason
             FROM unnest(%s::bigint[], %s::float8[], %s::text[]) AS next (id, wait, reason)
             WHERE search.id = next.id AND search.state = 'waiting'"""
    waits = [looks.wait(task.search.priority, at - task.posted_at).total_seconds() for task, _ in waiting]
    ids, reasons = [task.search_id for task, _ in waiting], [reason for _, reason in waiting]
    with connection.cursor() as cursor:
        cursor.execute(sql, [ids, waits, reasons])


def _check_list(account: Account, waiting: Sequence[ProviderTask], at: datetime) -> None:
    """After a day without an answer the provider's own list is asked, once: what it does not hold is lost."""
    for task in waiting:
        if at - task.posted_at < CHECK_AFTER or task.checked_at:
            continue
        purpose = f"task-{task.pk}"
        found = reconciling.look_up(account, [task], at, purpose)
        if found is None:
            return
        listing.leave_off(account, purpose, found)
        if found.rest and task.tag not in found.tasks:
            return
        ProviderTask.objects.filter(pk=task.pk).update(checked_at=at)
        if task.tag not in found.tasks:
            _end(task, TaskLost(NOT_LISTED, billed="possibly"), at)


def _end(task: ProviderTask, error: TaskFailed | TaskLost, at: datetime) -> None:
    """A task that ended without an answer. The search goes first: killed between, the task is met once more."""
    current = task.search.provider_tasks.filter(is_superseded=False, remote_id__isnull=False)
    twins = current.filter(state=ProviderTask.State.ACCEPTED).exclude(pk=task.pk)
    if not twins.exists():  # none that may still answer
        _ask_anew_or_fail(task.search, error, current.filter(is_duplicate=False).count(), at)
    _close(task, error)


def _close(task: ProviderTask, error: TaskFailed | TaskLost) -> None:
    is_lost = isinstance(error, TaskLost)
    ProviderTask.objects.filter(pk=task.pk).update(
        state=ProviderTask.State.LOST if is_lost else ProviderTask.State.COLLECTED,
        status_code=error.code,
        message=error.message,
    )


def _ask_anew_or_fail(search: Search, error: TaskFailed | TaskLost, n_bought: int, at: datetime) -> None:
    """The provider's rules say how often a task may be bought again."""
    waits = REPOST_AFTER.get(error.code or 0, ()) if error.may_repost else ()
    if n_bought <= len(waits):
        ending.put_back([search], error.message, waits[n_bought - 1], only=[Search.State.WAITING])
    else:
        fail([search], error.message, at)
