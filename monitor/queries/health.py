"""What an operator's probe wants to know of the installation."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Min, Q
from django.db.models.functions import Now

from monitor.models import AccountState, Provider, RateBucket, Search, WorkerNode
from monitor.models.runs import SearchQuerySet
from monitor.queries.engines import account_key

WORKER_SEEN = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """How late the oldest due search is (seconds, None when none is due), workers alive, searches on hold."""

    oldest_due_search_seconds: float | None
    workers_seen: int
    holds: dict[str, int]


def readiness() -> Readiness:
    """The state of the work, by the database's clock."""
    lag = queue_lag()
    return Readiness(
        oldest_due_search_seconds=None if lag is None else lag.total_seconds(),
        workers_seen=workers_seen(),
        holds=_holds(),
    )


def queue_lag() -> timedelta | None:
    """For how long the oldest due search has been due; None when none is. One on hold waits for people instead."""
    return _lag(_due())


def unexplained_lag() -> timedelta | None:
    """The same without the searches of held accounts: those are looked at rarely, and go on by themselves."""
    held = Q()
    for name in AccountState.objects.exclude(held_at=None).values_list("name", flat=True):
        provider, _, kind = name.partition("-")
        held |= Q(target__provider=provider, watched_image__workspace__is_demo=bool(kind))
    return _lag(_due().exclude(held) if held else _due())


def is_calling(within: timedelta) -> bool:
    """Whether a worker has made a call to a provider so lately: each takes it from its account's rate limit."""
    names = [account_key(provider, is_simulated=demo) for provider in Provider for demo in (False, True)]
    return RateBucket.objects.filter(name__in=names, full_at__gt=Now() - within).exists()


def _due() -> SearchQuerySet:
    return Search.objects.open().due().exclude(state=Search.State.HELD)


def _lag(due: SearchQuerySet) -> timedelta | None:
    late: timedelta | None = due.aggregate(late=Now() - Min("not_before"))["late"]
    return late


def workers_seen(within: timedelta = WORKER_SEEN) -> int:
    """How many clusters of workers have given a sign of life."""
    return WorkerNode.objects.filter(seen_at__gte=Now() - within).count()


def _holds() -> dict[str, int]:
    """For each provider how many searches wait because its account needs people."""
    held = Search.objects.filter(state=Search.State.HELD).values_list("target__provider")
    counts = dict(held.annotate(n=Count("pk")).order_by())
    return {provider.value: counts.get(provider.value, 0) for provider in Provider}
