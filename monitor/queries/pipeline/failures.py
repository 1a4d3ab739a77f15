"""What failed in the last seven days, by reason, and what of it can be asked again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Window
from django.db.models.functions import RowNumber

from monitor.models import Provider, Run, Search, WatchedImage
from monitor.models.runs import SearchQuerySet
from monitor.queries.engines import KEYS
from monitor.queries.pipeline.work import recent
from monitor.spending.ledger import NOTHING
from monitor.spending.loads import Askable, load_of_markets
from monitor.spending.prices import Prices, prices_at

MAX_GROUPS, MAX_EXAMPLES = 20, 3
SHORT = (Search.State.FAILED, Search.State.PARTIAL)
REASON = ("target__provider", "state", "error")
Key = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Example:
    """One of the latest runs in which searches ended short for a reason, and how many did."""

    run: Run
    n: int


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Searches that ended short for the same reason; `n_left` of them can be asked again, for `cost` USD.

    `like` is the id of one of them, by which the reason is named.
    """

    provider: str
    state: str
    reason: str
    n: int
    last_at: datetime | None
    like: int
    n_left: int
    cost: Decimal
    examples: Sequence[Example]

    @property
    def engine(self) -> str:
        return KEYS[self.provider]

    @property
    def word(self) -> str:
        return str(Search.State(self.state).label)


def short(at: datetime) -> SearchQuerySet:
    """The searches of the last seven days' runs that failed or ended early."""
    return recent(at).filter(state__in=SHORT)


def same(search: Search, at: datetime) -> SearchQuerySet:
    """Those that ended like this one: on the same engine, in the same state, for the same reason."""
    return short(at).filter(target__provider=search.target.provider, state=search.state, error=search.error)


def left() -> Q:
    """Those whose question still stands: nobody has asked it since, and its image is still watched."""
    later = Search.objects.filter(target=OuterRef("target"), seq__gt=OuterRef("seq"))
    return Q(
        ~Exists(later),
        target__is_active=True,
        watched_image__state=WatchedImage.State.ACTIVE,
        watched_image__workspace__deleted_at=None,
    )


def by_reason(at: datetime) -> list[Failure]:
    """The most frequent reasons first, each with its latest runs; five queries."""
    sums = short(at).values(*REASON).annotate(n=Count("pk"), last_at=Max("ended_at"), like=Max("pk"))
    rows = list(sums.order_by("-n", *REASON)[:MAX_GROUPS])
    examples, again = _examples(at, [row["error"] for row in rows]), _left(at)
    return [
        Failure(
            provider=row["target__provider"],
            state=row["state"],
            reason=row["error"],
            n=row["n"],
            last_at=row["last_at"],
            like=row["like"],
            n_left=again[_key(row)].n,
            cost=again[_key(row)].cost,
            examples=examples.get(_key(row), ()),
        )
        for row in rows
    ]


@dataclass
class _Again:
    """How many of a reason's searches can be asked again, and for how much."""

    n: int = 0
    cost: Decimal = NOTHING


def _left(at: datetime) -> Mapping[Key, _Again]:
    prices, found = prices_at(at), defaultdict[Key, _Again](_Again)
    alike = short(at).filter(left()).values(*REASON, "target__settings").annotate(n=Count("pk"))
    for row in alike.order_by():
        again = found[_key(row)]
        again.n += row["n"]
        again.cost += row["n"] * cost_of(row["target__provider"], row["target__settings"], prices)
    return found


def cost_of(provider: str, settings: Mapping[str, Any], prices: Prices) -> Decimal:
    """What one search with these settings costs at most, in USD."""
    return load_of_markets([(provider, settings)], Askable(providers=frozenset(Provider))).cost(prices)


def _examples(at: datetime, reasons: Sequence[str]) -> Mapping[Key, Sequence[Example]]:
    """The latest runs of each reason, newest first."""
    place = Window(
        RowNumber(),
        partition_by=[F(name) for name in REASON],
        order_by=[F("scheduled_for").desc(), F("run").desc()],
    )
    groups = short(at).filter(error__in=reasons).values(*REASON, "run", scheduled_for=F("run__scheduled_for"))
    rows = list(
        groups.annotate(n=Count("pk")).annotate(place=place).filter(place__lte=MAX_EXAMPLES).order_by("place")
    )
    runs = Run.objects.select_related("collection__workspace").in_bulk([row["run"] for row in rows])
    found: dict[Key, list[Example]] = {}
    for row in rows:
        found.setdefault(_key(row), []).append(Example(run=runs[row["run"]], n=row["n"]))
    return found


def _key(row: Mapping[str, str]) -> Key:
    return row["target__provider"], row["state"], row["error"]
