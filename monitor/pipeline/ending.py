"""How searches end without an answer, are put back or held: conditional updates of batches, safe to repeat."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, Now

from monitor.models import OPEN_STATES, ProviderTask, Search
from monitor.models.runs import SearchQuerySet

MAX_ATTEMPTS = 5
NEVER_FINISHED = "This search was begun several times and never finished."
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
SPREAD = 0.2


def end(searches: Sequence[Search], state: Search.State, reason: str, at: datetime) -> None:
    """Ends open searches as failed or skipped, without items; the reason can be shown to people."""
    _open(searches).update(state=state, held_for="", error=reason, ended_at=at, cost=_cost())


def count_cost(searches: Sequence[Search]) -> None:
    """Brings the cost of searches that have ended up to date with their tasks."""
    mine = Search.objects.filter(pk__in=[search.pk for search in searches])
    mine.exclude(state__in=OPEN_STATES).update(cost=_cost())


def put_back(
    searches: Sequence[Search],
    reason: str,
    wait: timedelta | None = None,
    *,
    refund: bool = False,
    only: Sequence[Search.State] = OPEN_STATES,
) -> None:
    """Back to planned after `wait` (by default growing with the attempts); `refund` gives the attempt back.

    Those in none of the `only` states stay: somebody else has moved them on meanwhile, and may be paying for them.
    """
    for pause, some in _by_wait(searches, wait).items():
        _open(some).filter(state__in=only).update(
            state=Search.State.PLANNED,
            held_for="",
            error=reason,
            not_before=Now() + pause,
            attempts=F("attempts") - (1 if refund else 0),
        )


def hold(searches: Sequence[Search], what: Search.Hold, reason: str) -> None:
    """They wait for the account or the budget, without using up the attempt that was counted at their claim."""
    _open(searches).update(
        state=Search.State.HELD,
        held_for=what,
        error=reason,
        not_before=Now(),
        attempts=F("attempts") - 1,
    )


def retry(searches: Sequence[Search], reason: str, wait: timedelta | None = None) -> list[Search]:
    """Puts them back while attempts are left; returns those that have none."""
    put_back([search for search in searches if search.attempts < MAX_ATTEMPTS], reason, wait)
    return [search for search in searches if search.attempts >= MAX_ATTEMPTS]


def _cost() -> Coalesce:
    """What all tasks of a search cost."""
    paid = ProviderTask.objects.filter(search=OuterRef("pk")).order_by().values("search")
    return Coalesce(Subquery(paid.annotate(total=Sum("cost")).values("total")), Decimal(0))


def _open(searches: Sequence[Search]) -> SearchQuerySet:
    return Search.objects.filter(pk__in=[search.pk for search in searches], state__in=OPEN_STATES)


def _by_wait(searches: Sequence[Search], wait: timedelta | None) -> dict[timedelta, list[Search]]:
    """Those that wait equally long; the default waits are spread, so that not all come back at once."""
    spread = 1 + random.uniform(-SPREAD, SPREAD)  # noqa: S311  # no secret
    groups: dict[timedelta, list[Search]] = defaultdict(list)
    for search in searches:
        growing = BACKOFF[min(max(search.attempts, 1), len(BACKOFF)) - 1]
        groups[growing * spread if wait is None else wait].append(search)
    return groups
