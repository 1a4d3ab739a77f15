"""What was live in the past: a match counts from its first sight until it is gone or no longer watched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Aggregate, Count, DateTimeField, Exists, Func, Min, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, Greatest, Least
from django.utils import timezone

from accounts.models import Workspace
from monitor.models import Match, ResultItem, Search
from monitor.models.matches import MatchQuerySet
from monitor.queries.engines import ENGINES

WEEKS = 8


@dataclass(frozen=True, kw_only=True)
class Period:
    """How far a chart looks back, and how far its points lie apart."""

    label: str
    days: int
    step: int

    def moments(self, until: datetime) -> list[datetime]:
        """The points, oldest first; the last one is `until`."""
        return [until - timedelta(days=back) for back in range(self.days, -1, -self.step)]


PERIODS = {
    "4w": Period(label="4 w", days=28, step=1),
    "12w": Period(label="12 w", days=84, step=7),
    "1y": Period(label="1 y", days=364, step=14),
}
DEFAULT_PERIOD = "12w"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a chart; None is unknown."""

    name: str
    kind: str
    values: list[int | None]


@dataclass(frozen=True, kw_only=True)
class Trend:
    """Live domains over time, and what the chart says in a sentence."""

    period: str
    engine: str
    days: list[date]
    lines: list[Line]
    sentence: str


def live_at(moment: datetime) -> Q:
    """Matches that were live then; to be used on counted ones."""
    return (
        Q(first_seen_at__lte=moment)
        & (Q(gone_at=None) | Q(gone_at__gt=moment))
        & (Q(unwatched_at=None) | Q(unwatched_at__gt=moment))
    )


def domain_trend(workspace: Workspace, *, period: str, engine: str, at: datetime) -> Trend:
    """Domains with a live match at each point; with an engine, of the matches which that engine has found.

    Before the first answer nobody knows: absence of matches says nothing there.
    """
    moments = PERIODS[period].moments(at)
    since = _first_answer(workspace, engine)
    matches = Match.objects.filter(workspace=workspace).counted()
    counts = live_domains(found_by(matches, engine), moments)
    values = [
        count if since and moment >= since else None for count, moment in zip(counts, moments, strict=True)
    ]
    days = [timezone.localtime(moment).date() for moment in moments]
    return Trend(
        period=period,
        engine=engine,
        days=days,
        lines=[Line(name="Domains", kind=engine or "ink", values=values)],
        sentence=_sentence(days, values),
    )


def _first_answer(workspace: Workspace, engine: str) -> datetime | None:
    """When an engine, or any for "", first answered about an image of the workspace."""
    answered = Search.objects.filter(watched_image__workspace=workspace).answered()
    if engine:
        answered = answered.filter(target__provider=ENGINES[engine])
    first: datetime | None = answered.aggregate(first=Min("observed_at"))["first"]
    return first


def _sentence(days: Sequence[date], values: Sequence[int | None]) -> str:
    known = [(day, value) for day, value in zip(days, values, strict=True) if value is not None]
    if not known:
        return "How many domains are live is unknown until an engine has answered."
    (day, first), (_, last) = known[0], known[-1]
    if len(known) == 1:
        return f"Live domains are known since today: {last:,}."
    return f"Live domains went from {first:,} to {last:,} since {day:%-d %B}."


def found_by(matches: MatchQuerySet, engine: str) -> MatchQuerySet:
    """Those that an engine ("google", "yandex") has ever found; all of them for ""."""
    if not engine:
        return matches
    items = ResultItem.objects.filter(match=OuterRef("pk"), target__provider=ENGINES[engine])
    return matches.filter(Exists(items))


def live_domains(matches: MatchQuerySet, moments: Sequence[datetime]) -> list[int]:
    """How many domains had a live match at each moment.

    One pass: the spans of a domain's matches are joined into one multirange, which then is asked for each moment.
    """
    spans = matches.values("domain").annotate(spans=_Union(_span())).values("spans")
    inner, params = spans.query.sql_with_params()
    sql = f"""SELECT count(domains.spans) FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS points (moment, n)
              LEFT JOIN ({inner}) AS domains ON domains.spans @> points.moment
              GROUP BY points.n ORDER BY points.n"""  # noqa: S608  # from the ORM, with its parameters apart
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(moments), *params])
        return [count for (count,) in cursor.fetchall()]


class _Union(Aggregate):
    """PostgreSQL's range_agg."""

    function = "range_agg"
    output_field = TextField()


def _span() -> Func:
    """From the first sight until the end, as a tstzrange; a live match has no end."""
    forever = Cast(Value("infinity"), DateTimeField())
    end = Greatest("first_seen_at", Coalesce(Least("gone_at", "unwatched_at"), forever))
    return Func("first_seen_at", end, function="tstzrange", output_field=TextField())


def week_moments(at: datetime) -> list[datetime]:
    """Nine moments a week apart, the last one is `at`."""
    return [at - timedelta(weeks=back) for back in range(WEEKS, -1, -1)]


def weekly_counts(images: Sequence[int], at: datetime) -> dict[int, list[int]]:
    """For each watched image its live matches at each of `week_moments`."""
    columns = {f"week_{n}": Count("pk", filter=live_at(moment)) for n, moment in enumerate(week_moments(at))}
    matches = Match.objects.filter(watched_image__in=images).counted()
    rows = matches.values_list("watched_image").annotate(**columns).order_by()
    return {image: counts for image, *counts in rows}
