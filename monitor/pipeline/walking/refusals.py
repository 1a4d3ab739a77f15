"""A page of a walk that was not answered: what that means for the walk."""

from datetime import timedelta

from monitor.models import ProviderTask, Search
from monitor.pipeline import ending
from monitor.pipeline.engines import holds, limits
from monitor.pipeline.walking.paging import Step, end_early
from monitor.pipeline.walking.walks import Input, Stop
from monitor.providers.base import (
    AccountError,
    IdRejected,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    RateLimited,
    Rejected,
)

SOON = timedelta(seconds=5)
# Quota: a few quick tries, then the rest waits for the quota of the next hour, for half a day at most.
QUICK_TRIES, SLOWEST_QUICK = 5, 10.0
LATER = timedelta(minutes=10)
MAX_TRIES = 75
NO_QUOTA = "Yandex’s quota was used up for half a day."


def goes_on(step: Step, error: ProviderError) -> bool:
    """Books the failed call; True when the walk goes on at once with another one, else it pauses or has ended."""
    walk = step.walk
    _book(step, error)
    match error:
        case IdRejected() if step.task.input == Input.ID:
            walk.rejected.add(step.query.cbir_id)
            if len(walk.rejected) == 1:
                return True
            end_early(walk, error.message, Stop.ERROR)
        case Rejected() if step.task.input == Input.URL:
            walk.must_send = True
            return True
        case RateLimited():
            _wait_for_quota(step, error)
        case _:
            _pause(step, error)
    return False


def _book(step: Step, error: ProviderError) -> None:
    is_unknown = isinstance(error, OutcomeUnknown)
    is_rejected_id = isinstance(error, IdRejected)
    ProviderTask.objects.filter(pk=step.task.pk).update(
        state=ProviderTask.State.UNKNOWN if is_unknown else ProviderTask.State.REFUSED,
        billed=error.billed,
        cost=0 if error.billed == "no" else step.task.reserved,
        cbir_id=step.query.cbir_id if is_rejected_id else "",
        status_code=error.code,
        message=error.message,
        request_id=error.call.request,
        trace_id=error.call.trace,
    )


def _wait_for_quota(step: Step, error: ProviderError) -> None:
    """The walk keeps its place."""
    search = step.walk.search
    refused = search.provider_tasks.filter(page=step.task.page, state=ProviderTask.State.REFUSED)
    tries = refused.filter(is_superseded=False).count()
    if tries >= MAX_TRIES:
        end_early(step.walk, NO_QUOTA, Stop.QUOTA)
        return
    quick = min(1.5 ** (tries - 1), SLOWEST_QUICK)
    seconds = quick if error.retry_after is None else error.retry_after
    limits.pause(step.walk.account, seconds)
    wait = timedelta(seconds=seconds) if tries <= QUICK_TRIES else max(LATER, timedelta(seconds=seconds))
    ending.put_back([search], error.message, wait, refund=True)


def _pause(step: Step, error: ProviderError) -> None:
    search = step.walk.search
    if isinstance(error, AccountError) or (isinstance(error, NotSent) and holds.is_held(step.walk.account)):
        ending.hold([search], Search.Hold.ACCOUNT, error.message)
    elif isinstance(error, NotSent | OutcomeUnknown) and search.attempts < ending.MAX_ATTEMPTS:
        ending.put_back([search], error.message, SOON if search.attempts == 1 else None)
    else:
        end_early(step.walk, error.message, Stop.ERROR)
