"""What became of a posted batch: its outcomes are recorded together, a statement or two for each kind of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models.functions import Now

from monitor.models import ProviderTask, Search
from monitor.pipeline import ending
from monitor.pipeline.accepting import Made, accept
from monitor.pipeline.engines import Account, holds, limits
from monitor.pipeline.failing import fail
from monitor.providers.base import (
    AccountError,
    NotSent,
    OutcomeUnknown,
    Posted,
    ProviderError,
    Query,
    RateLimited,
)

PAUSE_SECONDS = 60.0
FOR_ONE_PAYLOAD = (40205, 40206)  # DataForSEO: the same task too often in an hour, in a day
UNMENTIONED = OutcomeUnknown("The answer did not mention this task.", billed="possibly")


@dataclass(frozen=True, kw_only=True)
class Job:
    """A claimed search, its written-down task and the query to send."""

    search: Search
    task: ProviderTask
    query: Query


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What several tasks of a batch were refused with alike."""

    error: ProviderError
    cost: Decimal
    tasks: Sequence[ProviderTask]
    searches: Sequence[Search]


def record(account: Account, jobs: Sequence[Job], posted: Mapping[str, Posted], at: datetime) -> None:
    """Outcomes become rows. Unknown ones change nothing but the message: reconciling settles them."""
    outcomes = [posted.get(job.task.tag) or Posted(tag=job.task.tag, error=UNMENTIONED) for job in jobs]
    made = [Made(tag=o.tag, remote_id=o.remote_id, cost=o.cost) for o in outcomes if o.error is None]
    refusals = _refusals(jobs, outcomes)
    is_held = bool(refusals) and holds.is_held(account)
    with transaction.atomic():
        if made:
            accept(made, at)
        hopeless = [(_settle(account, refusal, is_held=is_held), refusal.error) for refusal in refusals]
    for searches, error in hopeless:
        fail(searches, error.message, at)


def _refusals(jobs: Sequence[Job], outcomes: Sequence[Posted]) -> list[Refusal]:
    groups: dict[tuple[object, ...], list[Job]] = defaultdict(list)
    errors: dict[tuple[object, ...], tuple[ProviderError, Decimal]] = {}
    for job, outcome in zip(jobs, outcomes, strict=True):
        if (error := outcome.error) is not None:
            key = (type(error), error.code, error.message, outcome.cost)
            groups[key].append(job)
            errors[key] = (error, outcome.cost)
    return [
        Refusal(
            error=error,
            cost=cost,
            tasks=[j.task for j in groups[key]],
            searches=[j.search for j in groups[key]],
        )
        for key, (error, cost) in errors.items()
    ]


def _settle(account: Account, refusal: Refusal, *, is_held: bool) -> list[Search]:
    """Books the refused tasks and puts their searches where they belong; returns those without hope."""
    error = refusal.error
    unsettled = ProviderTask.objects.filter(
        state__in=[ProviderTask.State.POSTING, ProviderTask.State.UNKNOWN]
    )
    tasks = unsettled.filter(pk__in=[task.pk for task in refusal.tasks])
    if isinstance(error, OutcomeUnknown):
        tasks.update(state=ProviderTask.State.UNKNOWN, message=error.message)
        asking = Search.objects.filter(
            pk__in=[search.pk for search in refusal.searches], state=Search.State.ASKING
        )
        asking.update(not_before=Now(), error=error.message)
        return []
    tasks.update(
        state=ProviderTask.State.REFUSED,
        cost=refusal.cost,
        billed=error.billed,
        status_code=error.code,
        message=error.message,
    )
    return give_back(account, refusal.searches, error, is_held=is_held)


def give_back(
    account: Account, searches: Sequence[Search], error: ProviderError, *, is_held: bool
) -> list[Search]:
    """Searches that were surely not asked wait for their next chance; returns those that have none."""
    if isinstance(error, AccountError) or (isinstance(error, NotSent) and is_held):
        ending.hold(searches, Search.Hold.ACCOUNT, error.message)
    elif isinstance(error, RateLimited):
        seconds = PAUSE_SECONDS if error.retry_after is None else error.retry_after
        if error.code not in FOR_ONE_PAYLOAD:
            limits.pause(account, seconds)
        ending.put_back(searches, error.message, timedelta(seconds=seconds), refund=True)
    elif isinstance(error, NotSent):
        return ending.retry(searches, error.message)
    else:
        return list(searches)
    return []
