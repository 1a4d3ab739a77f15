"""What a run brought: its new matches, their ranks in it, and the engines that could not be read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict

from django.conf import settings
from django.db import connection
from django.db.models import Count, Func, Q, QuerySet

from monitor.models import Match, Picture, Provider, ResultItem, Run, Search
from monitor.models.matches import PRESENT

COPIES = (Match.Verdict.EXACT, Match.Verdict.MODIFIED)
SHORT = (Search.State.PARTIAL, Search.State.FAILED)


class Unread(TypedDict):
    """How many of an engine's searches did not end well."""

    engine: str
    missed: int
    asked: int


def new_matches(run: Run) -> QuerySet[Match]:
    """What the run found for the first time and what is there still, whatever it was seen to be.

    What was known at the start is no news, nor what somebody has called not ours.
    """
    items = run.searches.filter(is_baseline=False).values(item=Func("new_ids", function="unnest"))
    found = ResultItem.objects.filter(pk__in=items)
    present = Match.objects.filter(PRESENT, pk__in=found.values("match"), known_at_start=False)
    return present.exclude(decision=Match.Decision.NOT_OURS).order_by("pk")


def is_judging() -> bool:
    """Whether found pictures are looked at here; else whatever is found is told."""
    return bool(settings.VERIFY_AT_ONCE)


def is_telling(match: Match) -> bool:
    """Whether people are told of a match: of sure copies, and of unchecked ones where nothing is judged."""
    return match.verdict in COPIES or (match.verdict == Match.Verdict.UNCHECKED and not is_judging())


def is_settled(run: Run) -> bool:
    """Whether all of the run's new matches have verdicts; a copy needs no more pictures."""
    if is_judging():
        return not new_matches(run).filter(method_version=0).exclude(verdict__in=COPIES).exists()
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
