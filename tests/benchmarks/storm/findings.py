"""What a storm has left: how searches ended, what was charged, which pages are known, and what was told."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from monitor.alerts import news
from monitor.models import AlertItem, Delivery, Match, ProviderTask, ResultItem, Run, Search
from tests.system.books import Books, charged_as

# Tasks that the provider took and failed itself; its rules say to buy them again.
FAILED_THERE = (40101, 40103, 40106, 50402)
Pages = list[list[str]]  # [title of the picture, address of the page]


@dataclass(frozen=True, kw_only=True)
class Findings:
    """All of it can be written as JSON. `charges` counts searches by why the provider charged them."""

    seconds: float
    struck: Mapping[str, int]
    ends: Mapping[str, int]
    reasons: Mapping[str, int]
    charges: Mapping[str, int]
    dollars: float
    booked: float
    known: Pages
    present: Pages
    told: Pages
    news: Pages
    told_twice: int
    is_told: bool
    paid_twice: list[str] = field(default_factory=list)


def find(books: Books, struck: Mapping[str, int], *, is_told: bool, seconds: float) -> Findings:
    """Reads everything once all has ended."""
    paid = books.charges()
    charges, twice = _charges(paid)
    searches = Search.objects.all()
    return Findings(
        seconds=seconds,
        struck=dict(struck),
        ends=dict(searches.values_list("state").annotate(n=Count("pk")).order_by("state")),
        reasons=dict(searches.exclude(error="").values_list("error").annotate(n=Count("pk")).order_by("-n")),
        charges=charges,
        dollars=round(sum(sum(amounts) for amounts in paid.values()), 6),
        booked=float(sum(search.cost for search in searches)),
        known=_pages(Match.objects.all()),
        present=_pages(_present()),
        told=_pages(Match.objects.filter(pk__in=AlertItem.objects.values("match"))),
        news=_pages(_news()),
        told_twice=_told_twice(),
        is_told=is_told,
        paid_twice=twice,
    )


def _charges(paid: Mapping[str, object]) -> tuple[Mapping[str, int], list[str]]:
    """For each search and page why it was charged, and those charged without a reason."""
    count: Counter[str] = Counter()
    twice: list[str] = []
    calls: dict[tuple[int, int], list[ProviderTask]] = {}
    for task in ProviderTask.objects.order_by("attempt"):
        if charged_as(task.provider, task.tag) in paid:
            calls.setdefault((task.search_id, task.page), []).append(task)
    for tasks in calls.values():
        rest = len(tasks) - 1
        for reason, number in _excuses(tasks).items():
            used = min(rest, number)
            count[reason] += used
            rest -= used
        count["charged once"] += 1
        count["charged again for no reason"] += rest
        twice += [tasks[-1].tag] if rest else []
    return dict(count), twice


def _excuses(tasks: list[ProviderTask]) -> Mapping[str, int]:
    """How many further charges each rule allows."""
    failed = sum(task.status_code in FAILED_THERE for task in tasks)
    unknown = sum(task.provider == "yandex" and task.billed == "possibly" for task in tasks)
    return {
        "again, the provider failed the task": failed,
        "again, a thin answer was confirmed": sum(task.is_superseded for task in tasks),
        "again, Yandex did not answer": min(unknown, 1),
    }


def _pages(matches: object) -> Pages:
    rows = matches.values_list("watched_image__title", "page_url")  # type: ignore[attr-defined]  # a QuerySet
    return sorted([title, url] for title, url in rows)


def _present() -> object:
    """The matches that the last run has seen."""
    last = Run.objects.order_by("-number")[:1]
    arrays = Search.objects.filter(run__in=last).values_list("item_ids", flat=True)
    items = [item for array in arrays for item in array]
    return Match.objects.filter(pk__in=ResultItem.objects.filter(pk__in=items).values("match"))


def _news() -> object:
    """What people must have been told of."""
    new = Match.objects.filter(known_at_start=False)
    return new.filter(verdict__in=news.COPIES) if news.is_judging() else new


def _told_twice() -> int:
    """Matches in more than one mail to the same person, and mails that went out twice."""
    rows = AlertItem.objects.values("user", "match").annotate(n=Count("pk")).filter(n__gt=1)
    mails = Delivery.objects.values("alert", "address").annotate(n=Count("pk")).filter(n__gt=1)
    return rows.count() + mails.count()
