"""The answers about one watched image as pages read them, from the arrays of its searches."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import connection
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from monitor import diffing
from monitor.models import Run, Search, WatchedImage
from monitor.queries.cells import Sweep
from monitor.queries.engines import ENGINES, KEYS

RECENT = diffing.MISSES_NEEDED_BELOW_DEPTH + 1


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A search and the items that it saw, in rank order."""

    search: Search
    items: Sequence[diffing.Seen]

    @cached_property
    def seen(self) -> Mapping[int, diffing.Seen]:
        """Each match at its best rank, in rank order."""
        return diffing.best_of(self.items)

    @property
    def engine(self) -> str:
        return KEYS[self.search.target.provider]

    @property
    def is_complete(self) -> bool:
        return self.search.state == Search.State.DONE

    @property
    def sweep(self) -> Sweep:
        """As the swim-lane needs it."""
        return Sweep(
            target=self.search.target_id,
            engine=self.engine,
            is_complete=self.is_complete,
            ranks={match: seen.rank for match, seen in self.seen.items()},
            at=self.search.observed_at,
            depth=self.search.target.depth,
            last_rank=max(self.search.rank_absolute, default=0),
        )


def read(searches: QuerySet[Search]) -> list[Asked]:
    """These searches with what they saw; two queries."""
    rows = list(searches.select_related("target"))
    wanted = {item for row in rows for item in row.item_ids}
    match_of = _matches_of(wanted)
    return [_asked(row, match_of) for row in rows]


def _matches_of(items: Collection[int]) -> dict[int, int]:
    """As one array, written as text: the ORM would compile a parameter for each, and psycopg adapt each."""
    ids = f"{{{','.join(map(str, items))}}}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, match_id FROM monitor_resultitem WHERE id = ANY(%s::bigint[])", [ids])
        return dict(cursor.fetchall())


def _asked(search: Search, match_of: Mapping[int, int]) -> Asked:
    pairs = zip(search.item_ids, search.rank_absolute, strict=True)
    items = [diffing.Seen(item, match_of[item], rank) for item, rank in pairs if item in match_of]
    return Asked(search=search, items=items)


def runs_of(image: WatchedImage) -> QuerySet[Run]:
    """The runs that asked about an image, newest first."""
    asked = Search.objects.filter(watched_image=image).values("run")
    return Run.objects.filter(pk__in=asked).order_by("-scheduled_for", "-pk")


def older_than(runs: QuerySet[Run], run: Run) -> QuerySet[Run]:
    """Those before a run in the order of their slots."""
    return runs.filter(
        Q(scheduled_for__lt=run.scheduled_for) | Q(scheduled_for=run.scheduled_for, pk__lt=run.pk)
    )


def searches_of(image: WatchedImage, engine: str = "") -> QuerySet[Search]:
    """All searches about an image, on one engine or ("") on all."""
    searches = Search.objects.filter(watched_image=image).order_by("pk")
    return searches.filter(target__provider=ENGINES[engine]) if engine else searches


def latest(image: WatchedImage) -> list[Asked]:
    """The newest nine complete searches of each active target, newest first; two queries."""
    place = Window(RowNumber(), partition_by="target", order_by=F("seq").desc())
    complete = Search.objects.filter(watched_image=image, target__is_active=True).complete()
    return read(complete.annotate(place=place).filter(place__lte=RECENT).order_by("target", "-seq"))
