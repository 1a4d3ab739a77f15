"""What a run brought: its new matches, their ranks in it, and the engines that could not be read."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TypedDict

from django.db import connection
from django.db.models import Count, Q, QuerySet

from monitor.models import Match, Picture, Provider, ResultItem, Run, Search

SHORT = (Search.State.PARTIAL, Search.State.FAILED)


class Unread(TypedDict):
    """How many of an engine's searches did not end well."""

    engine: str
    missed: int
    asked: int


def new_matches(run: Run) -> QuerySet[Match]:
    """The live matches that the run found for the first time; what was known at the start is no news."""
    items = chain.from_iterable(run.searches.values_list("new_ids", flat=True))
    found = ResultItem.objects.filter(pk__in=list(items))
    return Match.objects.live().filter(pk__in=found.values("match"), known_at_start=False).order_by("pk")


def pictures_are_settled(run: Run) -> bool:
    """Whether every picture of the run's new matches was fetched or has failed for good."""
    pending = Picture.objects.filter(state=Picture.State.PENDING, items__match__in=new_matches(run))
    return not pending.exists()


def ranks_in(run: Run, match_ids: Sequence[int]) -> Mapping[int, dict[str, int]]:
    """The best rank of each match on each engine in the run, as {match: {"google": 4}}."""
    sql = """SELECT item.match_id, target.provider, min(seen.rank)
             FROM monitor_search search
             JOIN monitor_searchtarget target ON target.id = search.target_id
             CROSS JOIN LATERAL unnest(search.item_ids, search.rank_absolute) AS seen(item, rank)
             JOIN monitor_resultitem item ON item.id = seen.item
             WHERE search.run_id = %s AND item.match_id = ANY(%s)
             GROUP BY 1, 2 ORDER BY 1, 2"""
    ranks: dict[int, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [run.pk, list(match_ids)])
        for match, provider, rank in cursor.fetchall():
            ranks.setdefault(match, {})[engine_key(provider)] = rank
    return ranks


def engine_key(provider: str) -> str:
    """The name of a provider's engine as pages key it: "google", "yandex"."""
    return str(Provider(provider).label).lower()


def unread_engines(searches: QuerySet[Search]) -> list[Unread]:
    """The engines whose answers may be missing; skipped searches count when the engine was not read at all."""
    counts = searches.values_list("target__provider").annotate(
        asked=Count("pk"),
        done=Count("pk", filter=Q(state=Search.State.DONE)),
        short=Count("pk", filter=Q(state__in=SHORT)),
    )
    return list(_unread(counts.order_by("target__provider")))


def _unread(counts: Iterable[tuple[str, int, int, int]]) -> Iterable[Unread]:
    for provider, asked, done, short in counts:
        missed = short if done else asked
        if missed:
            yield Unread(engine=str(Provider(provider).label), missed=missed, asked=asked)
