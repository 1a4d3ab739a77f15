"""Fetching Google's answers: always by id, whatever a hint says; the bodies are kept before they are read.

A crash after the fetch loses nothing: the next claim finds the kept body and goes straight to ingesting.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Now

from monitor import queue
from monitor.models import Payload, Provider, ProviderTask, Search
from monitor.pipeline import abreast, answers, claiming, ending, engines, ingesting
from monitor.pipeline.claiming import Runs
from monitor.pipeline.engines import Account, holds, limits
from monitor.pipeline.failing import fail
from monitor.pipeline.recording import PAUSE_SECONDS
from monitor.pipeline.unanswered import settle
from monitor.providers.base import Answer, ProviderError, RateLimited

BATCH = 100
LEASE = timedelta(minutes=1)
CLAIMED = (Search.State.WAITING,)

IsLate = Callable[[], bool]

log = logging.getLogger(__name__)


def collect_due(at: datetime, only_runs: Runs = None, is_late: IsLate = lambda: False) -> int:
    """Looks at up to a batch of waiting searches of each account; returns how many were taken up."""
    accounts = engines.accounts(Provider.DATAFORSEO)
    return sum(_collect_due(account, at, only_runs, is_late) for account in accounts)


def _collect_due(account: Account, at: datetime, only_runs: Runs, is_late: IsLate) -> int:
    wanted = claiming.due(account, CLAIMED, only_runs)[:BATCH].count()
    # While the provider is in trouble one look at a time is enough to see when it is over.
    n = limits.take_calls(account, 1 if holds.is_broken(account) else wanted) if wanted else 0
    if not n:
        return 0
    ids = claiming.take(account, CLAIMED, limit=n, lease=LEASE, only_runs=only_runs)
    tasks = _tasks_of(ids)
    kept = _with_kept_answers(tasks)
    for search in kept.values():
        _read_again(search, at)
    _fetch(account, [task for task in tasks if task.search_id not in kept], at, is_late)
    if without := set(ids) - {task.search_id for task in tasks}:
        ending.put_back(list(Search.objects.filter(pk__in=without)), "", timedelta(0), only=CLAIMED)
    return len(ids)


def _tasks_of(searches: Sequence[int]) -> list[ProviderTask]:
    """The tasks of searches; two of one when a task that was written off has turned up after all."""
    tasks = ProviderTask.objects.filter(search__in=searches, page=0, is_superseded=False)
    return list(tasks.exclude(remote_id=None).select_related("search").order_by("attempt", "pk"))


def _with_kept_answers(tasks: Sequence[ProviderTask]) -> dict[int, Search]:
    """Those searches whose answer was fetched before a crash."""
    kept = set(Payload.objects.filter(provider_task__in=tasks).values_list("provider_task", flat=True))
    return {task.search_id: task.search for task in tasks if task.pk in kept}


def _read_again(search: Search, at: datetime) -> None:
    """Counts the attempt: an answer that breaks us each time must end."""
    if search.attempts >= ending.MAX_ATTEMPTS:
        fail([search], ending.NEVER_FINISHED, at)
        return
    Search.objects.filter(pk=search.pk).update(attempts=F("attempts") + 1)
    _ingest(search.pk, answers.parsed(search.provider_tasks.filter(is_superseded=False))[:1], at)


def _fetch(account: Account, tasks: Sequence[ProviderTask], at: datetime, is_late: IsLate) -> None:
    """Fetches a few answers at a time, and works on them while the next ones are under way."""
    client = engines.dataforseo(is_simulated=account.is_simulated)
    waiting = [task for task in tasks if task.state == ProviderTask.State.ACCEPTED]
    done: set[int] = set()
    for chunk in abreast.in_chunks(lambda task: client.collect(task.remote_id or ""), waiting, is_late):
        holds.asked(account, "task_get", [(ended.error, ended.seconds) for ended in chunk], at)
        _slow_down(account, [ended.error for ended in chunk])
        finished = {ended.asked: ended.answer for ended in chunk if ended.answer and ended.answer.answer}
        answers.keep({task.pk: collected.body for task, collected in finished.items()}, checked_at=at)
        with queue.gathering():
            for task, collected in finished.items():
                if collected.answer:
                    _ingest(task.search_id, [collected.answer], at)
        settle(account, [(ended.asked, ended.error) for ended in chunk if ended.asked not in finished], at)
        done |= {ended.asked.search_id for ended in chunk}
    left = {task.search_id for task in waiting} - done
    Search.objects.filter(pk__in=left, state=Search.State.WAITING).update(not_before=Now())


def _slow_down(account: Account, errors: Sequence[ProviderError | None]) -> None:
    """When these were too many looks, all calls of the account wait; after that not many are made at once."""
    if waits := [error.retry_after or PAUSE_SECONDS for error in errors if isinstance(error, RateLimited)]:
        limits.pause(account, max(waits))


def _ingest(search_id: int, answer: Sequence[Answer], at: datetime) -> None:
    try:
        ingesting.ingest(search_id, answer, at)
    except Exception:  # one answer that breaks us must not stop the others; it is read again after its lease
        log.exception("The answer to search %s could not be taken.", search_id)
