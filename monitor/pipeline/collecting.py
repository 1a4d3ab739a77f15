"""Fetching Google's answers: always by id, whatever a hint says; the body is kept before it is read.

A crash after the fetch loses nothing: the next claim finds the kept body and goes straight to ingesting.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.db.models.functions import Now

from monitor.models import Payload, Provider, ProviderTask, Search
from monitor.pipeline import answers, claiming, ending, engines, ingesting, limits
from monitor.providers.base import ProviderError, TaskFailed, TaskLost
from monitor.providers.dataforseo.parse import parse

BATCH = 20
LEASE = timedelta(minutes=1)
LOOKS = {
    Search.Priority.NORMAL: [20, 40, 60, 120, 240, 480, 900, 1800, 3600],
    Search.Priority.HIGH: [2, 2, 3, 5, 10, 20, 40, 80, 180, 300, 600, 1800, 3600],
}
GIVE_UP_AFTER = timedelta(hours=72)
KEEP_LOOKING = timedelta(minutes=10)
REPOSTS = {40101: 1, 40103: 2, 40106: 2, 50402: 1}
REPOST_AFTER = {40101: timedelta(minutes=15), 40103: timedelta(minutes=1)}
TOO_LATE = "The engine did not answer within three days."


def collect_due(
    at: datetime, only_run: int | None = None, is_late: Callable[[], bool] = lambda: False
) -> int:
    """Looks at up to a batch of waiting searches until it is late; returns how many were taken up."""
    searches = claiming.claim(
        (Search.State.WAITING,), Provider.DATAFORSEO, limit=BATCH, lease=LEASE, only_run=only_run
    )
    for search in searches:
        if is_late():
            break  # those that are left are looked at again when their lease ends
        _collect(search, at)
    return len(searches)


def hurry_ready(*, is_simulated: bool) -> int:
    """Asks the provider which tasks are finished and ends the waits of ours; a hint, at most 4 times a minute."""
    account = engines.Account(provider=Provider.DATAFORSEO, is_simulated=is_simulated)
    if not limits.take(f"{account.name}:tasks_ready", per_minute=4):
        return 0
    try:
        rows = engines.dataforseo(is_simulated=is_simulated).ready()
    except ProviderError:
        return 0
    ours = Q(remote_id__in=[row.remote_id for row in rows]) | Q(tag__in=[row.tag for row in rows if row.tag])
    tasks = ProviderTask.objects.filter(ours, state=ProviderTask.State.ACCEPTED)
    return Search.objects.filter(provider_tasks__in=tasks, state=Search.State.WAITING).hurry()


def _collect(search: Search, at: datetime) -> None:
    task = search.provider_tasks.filter(page=0).order_by("-attempt").first()
    if task is None or task.remote_id is None:
        ending.put_back(search, "", timedelta(seconds=0))
        return
    is_kept = Payload.objects.filter(provider_task=task).exists()
    if not (_may_read_again(search, at) if is_kept else _fetch(search, task, at)):
        return
    ingesting.ingest(search.pk, [parse(answers.read(task))], at)


def _may_read_again(search: Search, at: datetime) -> bool:
    """Counts the attempt: an answer that breaks us each time must end."""
    if search.attempts >= ending.MAX_ATTEMPTS:
        ending.end(search, Search.State.FAILED, ending.NEVER_FINISHED, at)
        return False
    Search.objects.filter(pk=search.pk).update(attempts=F("attempts") + 1)
    return True


def _fetch(search: Search, task: ProviderTask, at: datetime) -> bool:
    """Whether an answer is now kept; otherwise the search waits on, is asked anew or has ended."""
    client = engines.dataforseo(is_simulated=search.watched_image.workspace.is_demo)
    try:
        collected = client.collect(task.remote_id or "")
    except (TaskFailed, TaskLost) as error:
        _repost_or_fail(search, task, error, at)
        return False
    except ProviderError as error:
        _wait_on(search, task, at, error.message)
        return False
    if collected.answer is None:
        _wait_on(search, task, at)
        return False
    answers.keep(task, collected.body, checked_at=at)
    return True


def _wait_on(search: Search, task: ProviderTask, at: datetime, reason: str = "") -> None:
    """Looks again later, ever more rarely; a late task is never bought twice."""
    age = at - task.posted_at
    if age > GIVE_UP_AFTER:
        ending.end(search, Search.State.FAILED, TOO_LATE, at)
        return
    Search.objects.filter(pk=search.pk, state=Search.State.WAITING).update(
        not_before=Now() + _next_look(search, age), error=reason
    )


def _next_look(search: Search, age: timedelta) -> timedelta:
    passed = timedelta()
    for seconds in LOOKS[Search.Priority(search.priority)]:
        passed += timedelta(seconds=seconds)
        if passed > age:
            return timedelta(seconds=seconds)
    return timedelta(hours=1)


def _repost_or_fail(search: Search, task: ProviderTask, error: TaskFailed | TaskLost, at: datetime) -> None:
    """A task that ended without an answer: asked anew where the provider's rules allow, else the search fails."""
    if isinstance(error, TaskLost) and at - task.posted_at < KEEP_LOOKING:
        _wait_on(search, task, at, error.message)
        return
    lost = isinstance(error, TaskLost)
    ProviderTask.objects.filter(pk=task.pk).update(
        state=ProviderTask.State.LOST if lost else ProviderTask.State.COLLECTED,
        status_code=error.code,
        message=error.message,
    )
    if error.may_repost and _n_bought(search) <= REPOSTS.get(error.code or 0, 1):
        wait = REPOST_AFTER.get(error.code or 0, timedelta(minutes=1))
        ending.put_back(search, error.message, wait)
    else:
        ending.end(search, Search.State.FAILED, error.message, at)


def _n_bought(search: Search) -> int:
    """The tasks that the provider took for the answer that is being asked for."""
    return search.provider_tasks.filter(is_superseded=False, remote_id__isnull=False).count()
