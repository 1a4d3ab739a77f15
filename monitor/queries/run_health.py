"""How well each engine answered in the last fortnight."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, Window
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import Workspace
from monitor.models import SHORT_STATES, Provider, Search
from monitor.models.runs import SearchQuerySet
from monitor.queries.engines import KEYS

DAYS = 14
WORDS = {"ok": "all searches done", "part": "some searches not done", "fail": "no search done"}


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of an engine: ok, part, fail, or none when nothing was due."""

    day: date
    n_done: int
    n_all: int

    @property
    def state(self) -> str:
        if not self.n_all:
            return "none"
        return "ok" if self.n_done == self.n_all else ("part" if self.n_done else "fail")


@dataclass(frozen=True, kw_only=True)
class EngineHealth:
    """An engine's fortnight, oldest day first, and what went wrong last."""

    key: str
    name: str
    days: list[Day]
    trouble: Search | None

    @property
    def n_done(self) -> int:
        return sum(day.n_done for day in self.days)

    @property
    def n_all(self) -> int:
        return sum(day.n_all for day in self.days)

    @property
    def in_words(self) -> str:
        """The strip of days for those who do not see it."""
        states = [day.state for day in self.days]
        counts = {state: states.count(state) for state in WORDS}
        told = [f"{n} day{'' if n == 1 else 's'} with {WORDS[state]}" for state, n in counts.items() if n]
        return ", ".join(told)


def run_health(workspace: Workspace, at: datetime) -> list[EngineHealth]:
    """The engines that were asked in the last 14 days of the workspace's calendar; two queries."""
    today = timezone.localtime(at)
    first = today.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    searches = Search.objects.filter(
        run__collection__workspace=workspace, run__scheduled_for__gte=first, run__scheduled_for__lte=at
    )
    days = [first.date() + timedelta(days=n) for n in range(DAYS)]
    counts, troubles = _counts(searches), _troubles(searches)
    asked = {provider for provider, _ in counts}
    return [
        _health(provider, days, counts, troubles.get(provider.value))
        for provider in Provider
        if provider in asked
    ]


Counts = Mapping[tuple[str, date], tuple[int, int]]


def _counts(searches: SearchQuerySet) -> Counts:
    """Done and all ended searches by provider and day."""
    ended = searches.filter(state__in=[*SHORT_STATES, Search.State.DONE])
    day = TruncDate("run__scheduled_for")
    done = Count("target", filter=Q(state=Search.State.DONE))
    rows = ended.values_list("target__provider", day).annotate(n_done=done, n=Count("target")).order_by()
    return {(provider, day): (n_done, n_all) for provider, day, n_done, n_all in rows}


def _troubles(searches: SearchQuerySet) -> dict[str, Search]:
    """For each provider the newest search that did not end well; `n_like_it` counts those of the same run."""
    bad = searches.filter(state__in=SHORT_STATES).exclude(error="")
    like_it = Window(Count("pk"), partition_by=[F("run"), F("target__provider")])
    newest = bad.without_arrays().annotate(n_like_it=like_it).select_related("run__collection", "target")
    chosen = newest.order_by("target__provider", "-run__scheduled_for", "-pk").distinct("target__provider")
    return {search.target.provider: search for search in chosen}


def _health(provider: Provider, days: list[date], counts: Counts, trouble: Search | None) -> EngineHealth:
    return EngineHealth(
        key=KEYS[provider.value],
        name=provider.label,
        days=[_day(day, *counts.get((provider.value, day), (0, 0))) for day in days],
        trouble=trouble,
    )


def _day(day: date, n_done: int, n_all: int) -> Day:
    return Day(day=day, n_done=n_done, n_all=n_all)
