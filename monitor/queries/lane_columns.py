"""The columns of the swim-lane: the runs that asked about an image, the newest last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from monitor.models import Run, Search, WatchedImage
from monitor.models.matches import MatchQuerySet
from monitor.queries.engines import ENGINES
from monitor.queries.living import living
from monitor.queries.timeline import Asked, older_than, read, runs_of, searches_of

COLUMNS = 24
CONTEXT = 10


@dataclass(frozen=True, kw_only=True)
class Column:
    """A run above its cells: when, where its changes are, how many domains were live, and what did not finish."""

    run: Run
    day: datetime
    href: str
    n_live: int
    trouble: str


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month above its columns."""

    day: datetime
    span: int


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Runs with their searches, oldest first; the first `offset` have no column, they tell what was seen before.

    `before` holds for each run the complete one before it by engine; `older` is the run before which more lie.
    """

    image: int
    runs: Sequence[Run]
    asked: Sequence[Sequence[Asked]]
    before: Sequence[Mapping[str, int]]
    older: int | None

    @property
    def offset(self) -> int:
        return max(0, len(self.runs) - COLUMNS)

    def href(self, place: int, engine: str = "") -> str:
        """What changed in the run at this place; on the engine, or on the first one with something before it."""
        known = self.before[place]
        chosen = engine or next((each for each in ENGINES if each in known), "google")
        start = f"from={known[chosen]}&" if chosen in known else ""
        return f"{reverse('image-diff', args=[self.image])}?{start}to={self.runs[place].pk}&engine={chosen}"

    @cached_property
    def days(self) -> list[str]:
        """The day of each run, as "12 Nov"."""
        return [date_format(timezone.localtime(run.scheduled_for), "j M") for run in self.runs]

    @cached_property
    def troubles(self) -> list[str]:
        """For each run "Google did not finish", or "" when all is well."""
        return [_trouble([each.search for each in asked if not each.is_complete]) for asked in self.asked]

    def moment(self, place: int) -> datetime:
        """When the run had all its answers."""
        moments = [each.search.observed_at for each in self.asked[place] if each.search.observed_at]
        return max(moments, default=self.runs[place].scheduled_for)


def _trouble(searches: Sequence[Search]) -> str:
    words = {
        search.target.get_provider_display(): "is still under way" if search.is_open else "did not finish"
        for search in searches
    }
    return ", ".join(f"{engine} {word}" for engine, word in words.items())


def stretch(image: WatchedImage, *, engine: str, before: Run | None) -> Stretch:
    """The newest runs, or those before a run, with their searches on an engine ("" is all); three queries."""
    wanted = runs_of(image) if before is None else older_than(runs_of(image), before)
    runs = list(wanted[: COLUMNS + CONTEXT])
    asked: dict[int, list[Asked]] = {run.pk: [] for run in runs}
    for each in read(searches_of(image, engine).filter(run__in=runs)):
        asked[each.search.run_id].append(each)
    older = runs[COLUMNS - 1].pk if len(runs) > COLUMNS else None
    runs.reverse()
    rows = [asked[run.pk] for run in runs]
    return Stretch(image=image.pk, runs=runs, asked=rows, before=_complete_before(runs, rows), older=older)


def _complete_before(runs: Sequence[Run], asked: Sequence[Sequence[Asked]]) -> list[Mapping[str, int]]:
    known: dict[str, int] = {}
    told: list[Mapping[str, int]] = []
    for run, searches in zip(runs, asked, strict=True):
        told.append(known)
        known = known | {each.engine: run.pk for each in searches if each.is_complete}
    return told


def columns_of(runs: Stretch, matches: MatchQuerySet, engine: str) -> list[Column]:
    """The columns, with the number of domains that were live at each; one query."""
    places = range(runs.offset, len(runs.runs))
    counts = living(matches, [runs.moment(place) for place in places]).counts
    return [
        Column(
            run=runs.runs[place],
            day=timezone.localtime(runs.runs[place].scheduled_for),
            href=runs.href(place, engine),
            n_live=n_live,
            trouble=runs.troubles[place],
        )
        for place, n_live in zip(places, counts, strict=True)
    ]


def months_of(columns: Sequence[Column]) -> list[Month]:
    """Months in the order of the columns."""
    months = groupby(columns, key=lambda column: (column.day.year, column.day.month))
    grouped = [list(group) for _, group in months]
    return [Month(day=group[0].day, span=len(group)) for group in grouped]
