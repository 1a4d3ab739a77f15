"""Asking Google through DataForSEO: a task is written down and committed, then posted, then recorded.

1. In one transaction due searches are claimed and their ProviderTask rows written with tag and reserved cost.
2. The batch is posted outside of any transaction.
3. Each outcome is recorded. What is not known stays `posting` and is left to reconciling.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from monitor import spending
from monitor.models import Provider, ProviderTask, Search
from monitor.pipeline import claiming, ending, engines
from monitor.pipeline.tags import new_tag
from monitor.providers.base import (
    AccountError,
    NotSent,
    OutcomeUnknown,
    Posted,
    ProviderError,
    Query,
    RateLimited,
)

BATCH = 100
FIRST_LOOK = {Search.Priority.NORMAL: timedelta(seconds=20), Search.Priority.HIGH: timedelta(seconds=2)}


@dataclass(frozen=True, kw_only=True)
class Job:
    """A claimed search, its written-down task and the query to send."""

    search: Search
    task: ProviderTask
    query: Query


def post_due(at: datetime, only_run: int | None = None) -> int:
    """Posts up to a batch of due searches for each account; returns how many searches were taken up."""
    claimed, jobs = _claim(at, only_run)
    for is_simulated in (False, True):
        batch = [job for job in jobs if job.search.watched_image.workspace.is_demo == is_simulated]
        if batch:
            _post(batch, at, is_simulated=is_simulated)
    return claimed


@transaction.atomic
def _claim(at: datetime, only_run: int | None) -> tuple[int, list[Job]]:
    states = (Search.State.PLANNED, Search.State.HELD)
    searches = claiming.claim(
        states,
        Provider.DATAFORSEO,
        limit=BATCH,
        become=Search.State.ASKING,
        is_attempt=True,
        only_run=only_run,
    )
    return len(searches), [job for search in searches if (job := _prepare(search, at)) is not None]


def _prepare(search: Search, at: datetime) -> Job | None:
    """Writes the task down; a search that cannot be asked ends here, unpaid."""
    image = search.watched_image
    address = engines.address_of(image)
    reason = engines.why_not(search) or ("" if address else engines.NOT_REACHABLE)
    if reason:
        ending.end(search, Search.State.SKIPPED, reason, at)
        return None
    task = ProviderTask.objects.create(
        search=search,
        provider=Provider.DATAFORSEO,
        attempt=_next_attempt(search),
        tag=new_tag(search.pk),
        reserved=spending.price_of(Provider.DATAFORSEO, search.priority),
        posted_at=at,
    )
    query = Query(
        tag=task.tag,
        settings=search.target.settings,
        image_url=address,
        priority="high" if search.priority == Search.Priority.HIGH else "normal",
    )
    return Job(search=search, task=task, query=query)


def _next_attempt(search: Search) -> int:
    last = search.provider_tasks.filter(page=0).aggregate(last=Max("attempt"))["last"]
    return (last or 0) + 1


def _post(jobs: Sequence[Job], at: datetime, *, is_simulated: bool) -> None:
    client = engines.dataforseo(is_simulated=is_simulated)
    try:
        posted = {outcome.tag: outcome for outcome in client.post([job.query for job in jobs])}
    except ProviderError as error:
        posted = {job.task.tag: Posted(tag=job.task.tag, error=error) for job in jobs}
    for job in jobs:
        _record(job, posted.get(job.task.tag), at)


@transaction.atomic
def _record(job: Job, outcome: Posted | None, at: datetime) -> None:
    """One outcome becomes rows; an unknown one changes nothing but the message, reconciling settles it."""
    error = outcome.error if outcome else OutcomeUnknown("The answer did not mention this task.")
    if outcome and error is None:
        _accept(job, outcome)
    elif isinstance(error, OutcomeUnknown):
        _update(job.task, state=ProviderTask.State.UNKNOWN, message=error.message)
        Search.objects.filter(pk=job.search.pk).update(not_before=Now(), error=error.message)
    elif outcome and error is not None:
        _refuse(job, outcome, error)
        _give_back(job.search, error, at)


def _accept(job: Job, outcome: Posted) -> None:
    _update(
        job.task,
        state=ProviderTask.State.ACCEPTED,
        remote_id=outcome.remote_id,
        cost=outcome.cost,
        billed=ProviderTask.Billed.YES,
    )
    Search.objects.filter(pk=job.search.pk, state=Search.State.ASKING).update(
        state=Search.State.WAITING,
        not_before=Now() + FIRST_LOOK[Search.Priority(job.search.priority)],
        error="",
    )


def _refuse(job: Job, outcome: Posted, error: ProviderError) -> None:
    _update(
        job.task,
        state=ProviderTask.State.REFUSED,
        cost=outcome.cost,
        billed=error.billed,
        status_code=error.code,
        message=error.message,
    )


def _update(task: ProviderTask, **changes: object) -> None:
    ProviderTask.objects.filter(pk=task.pk).update(**changes)


def _give_back(search: Search, error: ProviderError, at: datetime) -> None:
    if isinstance(error, AccountError):
        ending.hold(search, error.message)
    elif isinstance(error, RateLimited):
        ending.put_back(search, error.message, timedelta(seconds=error.retry_after or 60), refund=True)
    elif isinstance(error, NotSent):
        ending.retry_or_fail(search, error.message, at)
    else:
        ending.end(search, Search.State.FAILED, error.message, at)
