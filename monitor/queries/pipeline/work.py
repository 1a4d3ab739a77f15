"""The work itself: how many searches are in which state, who works, and what is on hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.db.models.functions import Now

from monitor.models import OPEN_STATES, Provider, Search, WorkerNode
from monitor.models.runs import SearchQuerySet
from monitor.queries.engines import KEYS
from monitor.queries.health import WORKER_SEEN

DAYS = 7
WORKERS_KEPT = timedelta(hours=1)
MAX_SHOWN = 20
States = Search.State


@dataclass(frozen=True, kw_only=True)
class EngineRow:
    """An engine's searches, one figure a state in the order of `States`."""

    engine: str
    counts: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Held:
    """Searches that wait for the same thing; `since` is when the oldest of them was to be asked."""

    engine: str
    waits_for: str
    reason: str
    n: int
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Worker:
    """A cluster of workers that was seen within an hour."""

    node: WorkerNode
    is_seen: bool


def recent(at: datetime) -> SearchQuerySet:
    """The searches of the last seven days' runs, which the index of a run's searches finds."""
    return Search.objects.filter(run__scheduled_for__gt=at - timedelta(days=DAYS))


def counts(at: datetime) -> dict[tuple[str, str], int]:
    """Searches by provider and state: all open ones, and the ended ones of the last seven days' runs."""
    found: dict[tuple[str, str], int] = {}
    for searches in (Search.objects.open(), recent(at).exclude(state__in=OPEN_STATES)):
        sums = searches.values_list("target__provider", "state").annotate(n=Count("pk")).order_by()
        found |= {(provider, state): n for provider, state, n in sums}
    return found


def engine_rows(found: dict[tuple[str, str], int]) -> list[EngineRow]:
    """The same as the rows of a table."""
    return [
        EngineRow(engine=KEYS[p.value], counts=[found.get((p.value, s.value), 0) for s in States])
        for p in Provider
    ]


def held() -> list[Held]:
    """What is on hold, most first."""
    rows = Search.objects.filter(state=States.HELD).values("target__provider", "held_for", "error")
    sums = rows.annotate(n=Count("pk"), since=Min("run__scheduled_for")).order_by("-n", "error")
    return [
        Held(
            engine=KEYS[row["target__provider"]],
            waits_for=Search.Hold(row["held_for"]).label if row["held_for"] else "",
            reason=row["error"],
            n=row["n"],
            since=row["since"],
        )
        for row in sums[:MAX_SHOWN]
    ]


def workers() -> list[Worker]:
    """Who was seen in the last hour, by the database's clock."""
    nodes = WorkerNode.objects.filter(seen_at__gt=Now() - WORKERS_KEPT).annotate(now=Now())
    return [
        Worker(node=node, is_seen=node.now - node.seen_at <= WORKER_SEEN)
        for node in nodes.order_by("-seen_at", "name")[:MAX_SHOWN]
    ]
