"""How a search ends without an answer, or is put back; each is one conditional update, safe to repeat."""

from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Now

from monitor import spending
from monitor.models import OPEN_STATES, ProviderTask, Search

MAX_ATTEMPTS = 5
NEVER_FINISHED = "This search was begun several times and never finished."
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))


def end(search: Search, state: Search.State, reason: str, at: datetime) -> None:
    """Ends an open search as failed, skipped or partial without items; the reason can be shown to people."""
    Search.objects.filter(pk=search.pk, state__in=OPEN_STATES).update(
        state=state, error=reason, ended_at=at, cost=spending.settle(search)
    )


def put_back(search: Search, reason: str, wait: timedelta | None = None, *, refund: bool = False) -> None:
    """Back to planned after `wait` (by default growing with the attempts); `refund` gives the attempt back."""
    if wait is None:
        wait = BACKOFF[min(max(search.attempts, 1), len(BACKOFF)) - 1]
    Search.objects.filter(pk=search.pk, state__in=OPEN_STATES).update(
        state=Search.State.PLANNED,
        error=reason,
        not_before=Now() + wait,
        attempts=F("attempts") - (1 if refund else 0),
    )


def hold(search: Search, reason: str) -> None:
    """The account needs people: waits without using up an attempt, longer after each refusal up to an hour."""
    refused = search.provider_tasks.filter(state=ProviderTask.State.REFUSED).count()
    wait = min(timedelta(minutes=5) * 2 ** min(max(refused - 1, 0), 4), timedelta(hours=1))
    Search.objects.filter(pk=search.pk, state__in=OPEN_STATES).update(
        state=Search.State.HELD, error=reason, not_before=Now() + wait, attempts=F("attempts") - 1
    )


def retry_or_fail(search: Search, reason: str, at: datetime, wait: timedelta | None = None) -> None:
    """Puts the search back while attempts are left, else ends it as failed."""
    if search.attempts >= MAX_ATTEMPTS:
        end(search, Search.State.FAILED, reason, at)
    else:
        put_back(search, reason, wait)
