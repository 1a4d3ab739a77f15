"""CSV by COPY: every cell as it is, none a formula, times in the workspace's zone."""

import csv
import io
import tracemalloc
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.models import Workspace
from monitor.exports import diff_csv, matches_csv
from monitor.models import Domain, Match, Provider
from monitor.pipeline.ingesting import ingest
from monitor.providers.base import Answer, Item
from tests.factories import (
    an_answer,
    an_item,
    make_collection,
    make_image,
    make_search,
    make_target,
    make_workspace,
)

pytestmark = pytest.mark.django_db
START = datetime(2026, 9, 7, 5, tzinfo=UTC)


def read(parts: Iterable[bytes]) -> list[dict[str, str]]:
    body = b"".join(parts)
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def found(*items: Item, zone: str = "UTC") -> list[dict[str, str]]:
    ingest(make_search(make_target()).pk, [Answer(items=items)], START)
    return read(matches_csv(Match.objects.all(), zone))


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+1", "-2", "@cmd", "\tx", "\rx", "\nx", "\uff1d1"])
def test_a_cell_is_never_a_formula(cell: str) -> None:
    (row,) = found(an_item(title=cell))
    assert row["title"] == f"'{cell}"


def test_commas_quotes_lines_and_scripts_come_through() -> None:
    title = 'Кружка, 36" x 24"\nsecond line \U0001f33f; 5 % off'
    (row,) = found(an_item(title=title))
    assert row["title"] == title


def test_times_carry_the_offset_of_the_zone() -> None:
    (row,) = found(an_item(), zone="Europe/Berlin")
    assert row["first_seen"] == row["last_seen"] == "2026-09-07T07:00:00+02:00"
    assert datetime.fromisoformat(row["first_seen"]) == START


def test_zones_west_of_greenwich_and_half_hours() -> None:
    found(an_item())
    for zone, text in {
        "America/New_York": "2026-09-07T01:00:00-04:00",
        "Asia/Kolkata": "2026-09-07T10:30:00+05:30",
        "America/St_Johns": "2026-09-07T02:30:00-02:30",
    }.items():
        assert read(matches_csv(Match.objects.all(), zone))[0]["first_seen"] == text


def test_ranks_are_those_of_the_newest_complete_answers() -> None:
    image = make_image()
    google, yandex = make_target(image), make_target(image, Provider.YANDEX)
    pages = ["https://a.example.com/", "https://b.example.com/", "https://c.example.com/"]
    for days, order in ((0, pages), (4, pages[::-1])):
        ingest(make_search(google).pk, [an_answer(*order)], START + timedelta(days=days))
    ingest(make_search(yandex).pk, [an_answer(pages[1])], START)
    rows = {row["page_url"]: row for row in read(matches_csv(Match.objects.all(), "UTC"))}
    assert [rows[page]["google_rank"] for page in pages] == ["3", "2", "1"]
    assert [rows[page]["yandex_rank"] for page in pages] == ["", "1", ""]
    assert rows[pages[0]]["last_seen"] == "2026-09-11T05:00:00+00:00"
    assert rows[pages[0]]["known_at_start"] == "yes"


def test_a_match_that_is_gone_says_since_when() -> None:
    target = make_target()
    for days, pages in ((0, ["a", "b", "c"]), (4, ["a", "b"]), (8, ["a", "b"])):
        answer = an_answer(*(f"https://{page}.example.com/" for page in pages))
        ingest(make_search(target).pk, [answer], START + timedelta(days=days))
    (row,) = read(matches_csv(Match.objects.exclude(gone_at=None), "UTC"))
    assert (row["gone_since"], row["last_seen"]) == ("2026-09-11T05:00:00+00:00", "2026-09-07T05:00:00+00:00")
    assert row["google_rank"] == ""


def test_a_match_that_is_missing_once_was_last_seen_the_time_before() -> None:
    target = make_target()
    for days, pages in ((0, ["a", "b", "c"]), (4, ["a", "b"])):
        answer = an_answer(*(f"https://{page}.example.com/" for page in pages))
        ingest(make_search(target).pk, [answer], START + timedelta(days=days))
    (row,) = read(matches_csv(Match.objects.filter(page_url="https://c.example.com/"), "UTC"))
    assert (row["last_seen"], row["gone_since"], row["google_rank"]) == ("2026-09-07T05:00:00+00:00", "", "")


def test_only_the_chosen_matches_are_in_it() -> None:
    found(an_item("https://mine.example.com/"))
    other = make_target(make_image(make_collection(make_workspace())))
    ingest(make_search(other).pk, [an_answer("https://theirs.example.com/")], START)
    mine = Workspace.objects.order_by("pk")[0]
    rows = read(matches_csv(Match.objects.filter(workspace=mine), "UTC"))
    assert [row["page_url"] for row in rows] == ["https://mine.example.com/"]


def test_an_empty_choice_is_a_line_of_names() -> None:
    assert read(matches_csv(Match.objects.none().all(), "UTC")) == []
    assert b"".join(diff_csv([], "UTC")).count(b"\n") == 1


def test_a_diff_keeps_its_order_and_its_types() -> None:
    rows = [
        ("new", None, 6, None, "b.example", "https://b.example/x", "", "=1+1", None),
        ("gone", 5, None, None, "a.example", "https://a.example/y", "Old", "", START),
    ]
    first, second = read(diff_csv(rows, "Europe/Berlin"))
    assert (first["change"], first["rank_before"], first["rank_after"], first["title_after"]) == (
        "new",
        "",
        "6",
        "'=1+1",
    )
    assert (second["title_before"], second["gone_since"]) == ("Old", "2026-09-07T07:00:00+02:00")


def test_twenty_thousand_rows_are_not_held_in_memory() -> None:
    image = make_image()
    domain = Domain.objects.create(name="many.example")
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO monitor_match (workspace_id, watched_image_id, page_key, domain_id, page_url, title,
                      first_seen_at, known_at_start, verdict, changes, decision, note)
               SELECT %s, %s, gen_random_uuid(), %s, 'https://many.example/' || n, repeat('title ', 20),
                      now(), false, 'unchecked', '[]', 'open', '' FROM generate_series(1, 20000) AS n""",
            [image.workspace_id, image.pk, domain.pk],
        )
    tracemalloc.start()
    size = sum(len(part) for part in matches_csv(Match.objects.all(), "UTC"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 4_000_000
    assert peak < 1_500_000


def test_a_reader_who_leaves_frees_the_connection() -> None:
    found(*[an_item(f"https://s{n}.example.com/") for n in range(50)])
    lines = matches_csv(Match.objects.all(), "UTC")
    next(lines), next(lines)
    lines.close()  # type: ignore[attr-defined]  # it is a generator
    assert Match.objects.count() == 50
