"""Ingest beside COPY and bulk_create of the same answers: time and write-ahead log a search, bytes in the end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median

from django.db import connection

from monitor import queue
from monitor.models import Provider, Run, Search, SearchTarget, WatchedImage
from monitor.models.markets import hash_settings
from monitor.pipeline.ingesting import ingest
from tests import factories
from tests.benchmarks.storing import report, rivals
from tests.benchmarks.storing.answers import Element, Stream, answer_of
from tests.benchmarks.storing.report import Figure

START = datetime(2025, 9, 1, 5, tzinfo=UTC)
OURS, COPY, BULK = "ingest", "COPY", "bulk_create"
TABLES = ("search", "match", "resultitem", "domain", "picture")


@dataclass(kw_only=True)
class Taken:
    """Milliseconds and bytes of write-ahead log of each search, by method."""

    ms: dict[str, list[float]] = field(default_factory=lambda: {OURS: [], COPY: [], BULK: []})
    wal: dict[str, list[int]] = field(default_factory=lambda: {OURS: [], COPY: [], BULK: []})


def make_targets(n: int) -> list[SearchTarget]:
    """Images of one collection, each with one target."""
    collection = factories.make_collection()
    first = factories.make_image(collection)
    fields = {"workspace": first.workspace, "collection": collection, "file": first.file, "width": 1}
    images = [
        WatchedImage(
            **fields,
            thumbnail=first.thumbnail,
            title=f"Image {n}",
            sha256=f"{n:064x}",
            dhash=n,
            height=1,
            public_token=f"{collection.pk}-{n}",
        )
        for n in range(n)
    ]
    made = WatchedImage.objects.bulk_create(images)
    key = hash_settings(Provider.DATAFORSEO, {})
    targets = [
        SearchTarget(watched_image=image, provider=Provider.DATAFORSEO, settings_hash=key) for image in made
    ]
    return SearchTarget.objects.bulk_create(targets)


def plan(targets: Sequence[SearchTarget], number: int) -> list[Search]:
    """One run over all targets, as planning leaves it."""
    run = Run.objects.create(
        collection=targets[0].watched_image.collection,
        number=number,
        trigger=Run.Trigger.SCHEDULE,
        scheduled_for=START + timedelta(days=number),
    )
    waiting = Search.State.WAITING
    searches = [
        Search(run=run, target=t, watched_image=t.watched_image, seq=number, state=waiting) for t in targets
    ]
    return Search.objects.bulk_create(searches)


def against_rivals(n_targets: int, n_runs: int, warm_up: int = 4) -> list[Figure]:
    """Each method writes each answer in turn; the first runs fill tables and caches.

    Nudges are gathered as they are when answers are collected.
    """
    rivals.make_tables()
    targets = make_targets(n_targets)
    streams = [Stream(target.pk) for target in targets]
    taken = Taken()
    for number in range(1, warm_up + n_runs + 1):
        with queue.gathering():
            for search, stream in zip(plan(targets, number), streams, strict=True):
                _write(search, stream.elements(), taken if number > warm_up else Taken(), number)
    return [*_figures(taken), _a_row_of_copy()]


def _a_row_of_copy() -> Figure:
    """What stands beside us: a row of COPY with its indexes."""
    with connection.cursor() as cursor:
        table = rivals.CopiedRow._meta.db_table
        cursor.execute(f"SELECT pg_total_relation_size('{table}') / count(*) FROM {table}")
        return Figure(name="   a row of COPY", ours="", reference=f"{cursor.fetchone()[0]:,.0f} B")


def _write(search: Search, elements: list[Element], taken: Taken, number: int) -> None:
    at = START + timedelta(days=number)
    rows, answer = rivals.rows_of(search, elements, at), answer_of(elements)
    ways: dict[str, Callable[[], None]] = {
        OURS: lambda: ingest(search.pk, [answer], at),
        COPY: lambda: rivals.copy(rows),
        BULK: lambda: rivals.upsert(rows),
    }
    names = list(ways)
    turn = search.pk % len(names)
    for name in [*names[turn:], *names[:turn]]:
        before = _wal()
        taken.ms[name].append(report.seconds(ways[name]) * 1000)
        taken.wal[name].append(_wal() - before)


def _figures(taken: Taken) -> list[Figure]:
    time = {name: median(values) for name, values in taken.ms.items()}
    wal = {name: sum(values) / len(values) for name, values in taken.wal.items()}
    ours, shown = time[OURS], report.ms(time[OURS])
    log = {name: f"{value / 1024:,.1f} KiB" for name, value in wal.items()}
    return [
        report.at_least("ingest, times COPY of full rows", shown, report.ms(time[COPY]), time[COPY] / ours, 0.4),
        report.at_least("ingest, times bulk_create", shown, report.ms(time[BULK]), time[BULK] / ours, 2.5),
        report.at_most("log a search, beside COPY", log[OURS], log[COPY], wal[OURS] / wal[COPY], 0.6),
    ]  # fmt: skip


def bytes_a_search(n_targets: int, n_runs: int) -> list[Figure]:
    """All tables of searches with their indexes, after this many daily runs of some targets.

    A year passes in a minute: VACUUM comes each month of it, because the server's own cannot keep up.
    """
    before = _sizes()
    targets = make_targets(n_targets)
    streams = [Stream(target.pk) for target in targets]
    for number in range(1, n_runs + 1):
        with queue.gathering():
            for search, stream in zip(plan(targets, number), streams, strict=True):
                ingest(search.pk, [stream.answer()], START + timedelta(days=number))
        if number % 30 == 0:
            _vacuum()
    grown = {name: (size - before[name]) / (n_targets * n_runs) for name, size in _sizes().items()}
    parts = [Figure(name=f"   of it {name}", ours=f"{grown[name]:,.0f} B") for name in TABLES]
    whole = report.limited(
        f"a search with all its rows after {n_runs} runs", sum(grown.values()) / 1000, 4, "kB"
    )
    return [whole, *parts]


def _vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) " + ", ".join(f"monitor_{name}" for name in TABLES))


def _sizes() -> dict[str, int]:
    _vacuum()
    with connection.cursor() as cursor:
        sizes = {}
        for name in TABLES:
            cursor.execute("SELECT pg_total_relation_size(%s)", [f"monitor_{name}"])
            sizes[name] = int(cursor.fetchone()[0])
    return sizes


def _wal() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")
        return int(cursor.fetchone()[0])
