"""Runs as people read them: the list, and one run with every image and engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from monitor.models import Provider, Run, Search, WatchedImage
from monitor.queries.engines import KEYS

RUNS_PER_PAGE = 50
OF_STATE = {
    "running": Q(n_open__gt=0),
    "complete": Q(n_open=0, n_unfinished=0),
    "incomplete": Q(n_open=0, n_unfinished__gt=0),
}
STATES = {"running": "Under way", "complete": "Complete", "incomplete": "Not complete"}


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """A run and what follows from its searches; `cost` in USD, `took` None while it is under way."""

    run: Run
    n_searches: int
    n_open: int
    n_done: int
    n_new: int
    n_gone: int
    cost: Decimal
    took: timedelta | None

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
class ImageRow:
    """An image in a run, with its searches in the engines' order."""

    image: WatchedImage
    searches: list[Search]


@dataclass(frozen=True, kw_only=True)
class RunPage:
    """One run with all its searches by image."""

    facts: RunFacts
    rows: list[ImageRow]


def run_list(runs: QuerySet[Run], query: Mapping[str, str]) -> "Page[Run]":
    """Fifty runs, newest first, filtered by `collection` (id) and `state`; each carries its `facts`."""
    wanted = _filtered(Run.objects.filter(pk__in=runs).with_progress(), query)
    chosen = wanted.select_related("collection", "requested_by").order_by("-scheduled_for", "-pk")
    page = Paginator(chosen, RUNS_PER_PAGE).get_page(query.get("page", "1"))
    for run in page:
        run.facts = facts_of(run)  # type: ignore[attr-defined]  # read by the template
    return page


def _filtered(runs: QuerySet[Run], query: Mapping[str, str]) -> QuerySet[Run]:
    collection, state = query.get("collection", ""), query.get("state", "")
    if collection.isascii() and collection.isdigit() and len(collection) < 19:
        runs = runs.filter(collection=int(collection))
    return runs.filter(OF_STATE.get(state, Q()))


def run_page(run: Run) -> RunPage:
    """Four queries, whatever the number of images."""
    counted = Run.objects.filter(pk=run.pk).with_progress().select_related("collection", "requested_by").get()
    searches = Search.objects.filter(run=run).select_related("target", "watched_image")
    return RunPage(facts=facts_of(counted), rows=_rows(list(searches)))


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
        took=None if counted["n_open"] or ended is None else max(ended - run.scheduled_for, timedelta()),
    )
