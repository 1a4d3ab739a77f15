"""What pages read, by the functions that the pages call: diffs, lists, sums, words."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from monitor import diffing
from monitor.models import Match, Search
from monitor.queries import matches as match_pages
from monitor.queries import overview as pages
from monitor.queries.contact_sheet import contact_sheet
from monitor.queries.match_filters import MatchFilters, words_filter
from monitor.queries.timeline import read
from tests.benchmarks.storing import report
from tests.benchmarks.storing.report import Figure
from tests.benchmarks.storing.seeding import World

ROUNDS = 3


def figures(world: World) -> list[Figure]:
    """All of them."""
    return [*diffs(world), *lists(world), *sums(world), *words(world)]


def diffs(world: World) -> list[Figure]:
    """Any two runs of an image, beside fetching the same rows by their ids."""
    die = Random(7)
    ids = list(Search.objects.filter(run__collection=world.collection).values_list("pk", flat=True)[:5000])
    images = dict(Search.objects.filter(pk__in=ids).values_list("pk", "watched_image"))
    pairs = [die.sample([pk for pk in ids if images[pk] == images[one]], 2) for one in die.sample(ids, 50)]
    ours, plain = report.alternate(200, lambda: _diff(die.choice(pairs)), lambda: _rows_of(die.choice(pairs)))
    return [
        report.at_most("two runs, beside their rows by id", report.ms(ours), report.ms(plain), ours / plain, 2)
    ]  # fmt: skip


def _diff(pair: list[int]) -> list[diffing.Change]:
    before, after = read(Search.objects.filter(pk__in=pair))
    return diffing.diff(before.items, after.items)


def _rows_of(pair: list[int]) -> list[Any]:
    """The same rows and columns, by plain SQL."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT s.item_ids, s.*, t.* FROM monitor_search s
               JOIN monitor_searchtarget t ON t.id = s.target_id WHERE s.id = ANY(%s)""",
            [pair],
        )
        rows = cursor.fetchall()
        wanted = list({item for items, *_ in rows for item in items})
        cursor.execute("SELECT id, match_id FROM monitor_resultitem WHERE id = ANY(%s::bigint[])", [wanted])
        return [rows, cursor.fetchall()]


def lists(world: World) -> list[Figure]:
    """The list of matches: its last page beside the first, and neither with OFFSET."""
    at, matches = timezone.now(), Match.objects.filter(workspace=world.workspace)
    n_pages = min(10_000, matches.counted().count() // match_pages.PER_PAGE)
    after = _cursor_of_page(world, n_pages)
    filters = MatchFilters(show="all")
    last, first = report.alternate(
        ROUNDS,
        lambda: match_pages.match_list(matches, filters, {}, after=after, at=at),
        lambda: match_pages.match_list(matches, filters, {}, after="", at=at),
    )
    name = f"page {n_pages:,} of matches, beside page 1"
    return [report.at_most(name, report.ms(last), report.ms(first), last / first, 2)]


def _cursor_of_page(world: World, page: int) -> str:
    """Where the page begins, found the slow way."""
    placed = match_pages._placed(Match.objects.filter(workspace=world.workspace).counted())
    before = placed[(page - 1) * match_pages.PER_PAGE - 1]
    return match_pages._cursor(before)


def sums(world: World) -> list[Figure]:
    """The first page's last seven days, and all of its queries."""
    at = datetime.now(UTC)
    new = pages.new_since(Match.objects.filter(workspace=world.workspace), at - timedelta(days=7))
    week = _sql_ms(lambda: contact_sheet(new))
    whole = _sql_ms(lambda: pages.overview(world.workspace, period="12w", engine="", at=at))
    name = f"seven days on the first page, of {world.n_matches:,} matches"
    return [
        report.limited(name, week, 10, "ms"),
        Figure(name="all SQL of the first page", ours=report.ms(whole)),
    ]


def _sql_ms(work: Any) -> float:
    """Milliseconds of SQL, the median of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        with CaptureQueriesContext(connection) as asked:
            work()
        taken.append(sum(float(each["time"]) for each in asked) * 1000)
    return sorted(taken)[len(taken) // 2]


def words(world: World) -> list[Figure]:
    """Words in titles and addresses, beside reading every row."""
    matches = Match.objects.filter(workspace=world.workspace).order_by("-first_seen_at", "-pk")
    ours, plain = report.alternate(
        3,
        lambda: list(words_filter(matches, "tidal site777")[:100]),
        lambda: list(matches.filter(page_url__icontains="site777", title__icontains="tidal")[:100]),
    )
    name = "two words in titles and addresses, beside LIKE"
    return [Figure(name=name, ours=report.ms(ours), reference=report.ms(plain), ratio=ours / plain)]
