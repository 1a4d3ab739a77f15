"""What an operator's probe wants to know of the installation."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Min
from django.db.models.functions import Now

from monitor.models import Provider, Search, WorkerNode

WORKER_SEEN = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """How late the oldest due search is (seconds, None when none is due), workers alive, searches on hold."""

    oldest_due_search_seconds: float | None
    workers_seen: int
    holds: dict[str, int]


def readiness() -> Readiness:
    """The state of the work, by the database's clock."""
    return Readiness(
        oldest_due_search_seconds=_oldest_due(),
        workers_seen=WorkerNode.objects.filter(seen_at__gte=Now() - WORKER_SEEN).count(),
        holds=_holds(),
    )


def _oldest_due() -> float | None:
    late: timedelta | None = Search.objects.open().due().aggregate(late=Now() - Min("not_before"))["late"]
    return late.total_seconds() if late else None


def _holds() -> dict[str, int]:
    """For each provider how many searches wait because its account needs people."""
    held = Search.objects.filter(state=Search.State.HELD).values_list("target__provider")
    counts = dict(held.annotate(n=Count("pk")).order_by())
    return {provider.value: counts.get(provider.value, 0) for provider in Provider}
