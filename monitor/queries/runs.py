"""Runs as people read them: the list, and one run with every image and engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from monitor.models import SHORT_STATES, Provider, Run, Search, WatchedImage
from monitor.queries.engines import KEYS, account_key
from monitor.queries.late import is_late
from monitor.queries.reports import Status, status_of

RUNS_PER_PAGE = 50
STATES = {"running": "Under way", "complete": "Complete", "incomplete": "Not complete"}


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """A run and what follows from its searches; `cost` in USD, `took` None while it is under way.

    `reason` is one of those for which a search did not end whole.
    """

    run: Run
    n_searches: int
    n_open: int
    n_done: int
    n_new: int
    n_gone: int
    cost: Decimal
    took: timedelta | None
    reason: str

    @property
    def state(self) -> str:
        if self.n_open:
            return "running"
        return "complete" if self.n_done == self.n_searches else "incomplete"

    @property
    def word(self) -> str:
        return STATES[self.state]

    @property
    def n_ended(self) -> int:
        return self.n_searches - self.n_open

    @property
    def who(self) -> str:
        """Who or what began it."""
        if self.run.trigger == Run.Trigger.SCHEDULE:
            return "By schedule"
        return f"By {self.run.requested_by}" if self.run.requested_by else "By hand"


@dataclass(frozen=True, kw_only=True)
class RunList:
    """A page of runs; `older` is the run after which the next page begins."""

    rows: list[RunFacts]
    older: int | None


@dataclass(frozen=True, kw_only=True)
class ImageRow:
    """An image in a run, with its searches in the engines' order."""

    image: WatchedImage
    searches: list[Search]


@dataclass(frozen=True, kw_only=True)
class RunPage:
    """One run with all its searches by image.

    `n_late` of them the engine has had for longer than it should; `status` is what its provider last said.
    """

    facts: RunFacts
    rows: list[ImageRow]
    n_late: int = 0
    status: Status | None = None


def run_list(runs: QuerySet[Run], query: Mapping[str, str]) -> RunList:
    """Fifty runs, newest first, filtered by `collection` (id) and `state`, older than run `after`; two queries."""
    chosen = _filtered(runs, query).order_by("-scheduled_for", "-pk").values_list("pk", flat=True)
    if after := _number(query.get("after", "")):
        chosen = chosen.filter(_older_than(runs, after))
    ids = list(chosen[: RUNS_PER_PAGE + 1])
    counted = Run.objects.filter(pk__in=ids[:RUNS_PER_PAGE]).with_progress()
    rows = counted.select_related("collection", "requested_by").order_by("-scheduled_for", "-pk")
    return RunList(
        rows=[facts_of(run) for run in rows],
        older=ids[RUNS_PER_PAGE - 1] if len(ids) > RUNS_PER_PAGE else None,
    )


def _older_than(runs: QuerySet[Run], run: int) -> Q:
    """Before that one of the runs in the order of the list."""
    slot = Subquery(runs.filter(pk=run).values("scheduled_for"))
    return Q(scheduled_for__lt=slot) | Q(scheduled_for=slot, pk__lt=run)


def _filtered(runs: QuerySet[Run], query: Mapping[str, str]) -> QuerySet[Run]:
    collection, state = _number(query.get("collection", "")), query.get("state", "")
    searches = Search.objects.filter(run=OuterRef("pk"))
    is_open = Exists(searches.open())
    is_short = Exists(searches.filter(state__in=SHORT_STATES))
    of_state = {
        "running": Q(is_open),
        "complete": ~Q(is_open) & ~Q(is_short),
        "incomplete": ~Q(is_open) & Q(is_short),
    }
    chosen = runs.filter(of_state.get(state, Q()))
    return chosen.filter(collection=collection) if collection else chosen


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def run_page(run: Run, at: datetime) -> RunPage:
    """Four queries, whatever the number of images; one more while searches are late."""
    related = ("collection__workspace", "requested_by")
    counted = Run.objects.filter(pk=run.pk).with_progress().select_related(*related).get()
    rows = Search.objects.filter(run=run).without_arrays().select_related("target", "watched_image")
    searches = list(rows)
    n_late = sum(is_late(search, at) for search in searches)
    account = account_key(Provider.DATAFORSEO, is_simulated=counted.collection.workspace.is_demo)
    return RunPage(
        facts=facts_of(counted),
        rows=_rows(searches),
        n_late=n_late,
        status=status_of(account) if n_late else None,
    )


def _rows(searches: Sequence[Search]) -> list[ImageRow]:
    by_image: dict[int, ImageRow] = {}
    order = {provider: place for place, provider in enumerate(Provider)}
    for search in sorted(searches, key=lambda search: (order[Provider(search.target.provider)], search.pk)):
        row = by_image.setdefault(search.watched_image_id, ImageRow(image=search.watched_image, searches=[]))
        search.engine = KEYS[search.target.provider]  # type: ignore[attr-defined]  # read by the template
        row.searches.append(search)
    return sorted(by_image.values(), key=lambda row: row.image.title.lower())


def facts_of(run: Run) -> RunFacts:
    """The facts of a run that with_progress() has counted."""
    counted = vars(run)
    ended: datetime | None = counted["ended_at"]
    return RunFacts(
        run=run,
        n_searches=counted["n_searches"],
        n_open=counted["n_open"],
        n_done=counted["n_done"],
        n_new=counted["n_new"],
        n_gone=counted["n_gone"],
        cost=counted["cost"],
        reason=counted["reason"] or "",
        took=None if counted["n_open"] or ended is None else max(ended - run.scheduled_for, timedelta()),
    )
