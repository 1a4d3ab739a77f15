"""What was live in the past: a match counts from its first sight until it is gone or no longer watched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import Workspace
from monitor.models import Match, ResultItem, Run, Search
from monitor.models.matches import PRESENT, MatchQuerySet
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


def domain_trend(
    workspace: Workspace, counts: Sequence[int], *, period: str, engine: str, at: datetime
) -> Trend:
    """The chart of live domains, counted at each of the period's moments (see `living`).

    Before the first answer nobody knows: absence of matches says nothing there.
    """
    moments = PERIODS[period].moments(at)
    since = _first_answer(workspace, engine)
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
    """When an engine, or any for "", first answered about an image of the workspace: one of the first such run."""
    answered = Search.objects.filter(run=OuterRef("pk"), observed_at__isnull=False).answered()
    if engine:
        answered = answered.filter(target__provider=ENGINES[engine])
    runs = Run.objects.filter(collection__workspace=workspace).order_by("scheduled_for", "pk")
    told = runs.annotate(answered_at=Subquery(answered.values("observed_at")[:1]))
    return told.filter(answered_at__isnull=False).values_list("answered_at", flat=True).first()


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


def week_moments(at: datetime) -> list[datetime]:
    """Nine moments a week apart, the last one is `at`."""
    return [at - timedelta(weeks=back) for back in range(WEEKS, -1, -1)]


@dataclass(frozen=True, kw_only=True)
class Weeks:
    """Live matches of an image at each of `week_moments`, and the domains that it is on now."""

    counts: list[int]
    domains: int


def weeks_of(images: Sequence[int], at: datetime) -> dict[int, Weeks]:
    """For each of these watched images; one query."""
    columns = {f"week_{n}": Count("pk", filter=live_at(moment)) for n, moment in enumerate(week_moments(at))}
    domains = Count("domain", filter=PRESENT, distinct=True)
    matches = Match.objects.filter(watched_image__in=images).counted()
    rows = matches.values_list("watched_image").annotate(domains=domains, **columns).order_by()
    found = {image: Weeks(counts=counts, domains=n) for image, n, *counts in rows}
    return {image: found.get(image, Weeks(counts=[0] * (WEEKS + 1), domains=0)) for image in images}
