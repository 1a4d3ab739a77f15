"""What failed in the last seven days, by reason, and what of it can be asked again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, RowNumber

from monitor.models import Provider, Run, Search, WatchedImage
from monitor.models.markets import YANDEX_PAGES
from monitor.models.runs import SearchQuerySet
from monitor.queries.engines import KEYS
from monitor.queries.pipeline.work import recent
from monitor.spending.prices import prices_at

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


def n_calls() -> Case:
    """How many calls a search makes at most: one, or the pages of its walk."""
    pages = Coalesce(Cast(KeyTextTransform("pages", "target__settings"), IntegerField()), Value(YANDEX_PAGES))
    return Case(When(target__provider=Provider.YANDEX, then=pages), default=Value(1))


def by_reason(at: datetime) -> list[Failure]:
    """The most frequent reasons first, each with its latest runs; four queries."""
    prices = prices_at(at)
    groups = short(at).annotate(is_left=Case(When(left(), then=True), default=False)).values(*REASON)
    sums = groups.annotate(
        n=Count("pk"),
        last_at=Max("ended_at"),
        like=Max("pk"),
        n_left=Count("pk", filter=Q(is_left=True)),
        n_calls=Sum(n_calls(), filter=Q(is_left=True), default=0),
    )
    rows = list(sums.order_by("-n", *REASON)[:MAX_GROUPS])
    examples = _examples(at, [row["error"] for row in rows])
    return [
        Failure(
            provider=row["target__provider"],
            state=row["state"],
            reason=row["error"],
            n=row["n"],
            last_at=row["last_at"],
            like=row["like"],
            n_left=row["n_left"],
            cost=prices.of(row["target__provider"]) * row["n_calls"],
            examples=examples.get(_key(row), ()),
        )
        for row in rows
    ]


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
