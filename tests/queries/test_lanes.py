"""The swim-lane: which rows, in what order, with what cells, and where they lead."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from monitor.models import Match, Provider, Run, Search, SearchTarget, WatchedImage
from monitor.pipeline.ingesting import ingest
from monitor.queries.history import found_by
from monitor.queries.lanes import Board, Lane, Wish, board
from monitor.queries.standing import standings
from monitor.queries.timeline import latest
from tests.factories import an_answer, make_image, make_run, make_search, make_target

pytestmark = pytest.mark.django_db
START = datetime(2026, 9, 7, 5, tzinfo=UTC)
LATER = START + timedelta(days=300)


@pytest.fixture
def image() -> WatchedImage:
    return make_image()


@pytest.fixture
def target(image: WatchedImage) -> SearchTarget:
    return make_target(image)


def a_run(image: WatchedImage, week: int) -> Run:
    at = START + timedelta(weeks=week)
    return image.collection.runs.filter(scheduled_for=at).first() or make_run(image.collection, at)


def asked(target: SearchTarget, week: int, *sites: str) -> Search:
    run = a_run(target.watched_image, week)
    search = make_search(target, run)
    pages = [f"https://{site}" if "/" in site else f"https://{site}.example/p" for site in sites]
    for _ in range(2):
        ingest(search.pk, [an_answer(*pages)], run.scheduled_for + timedelta(minutes=1))
    search.refresh_from_db()
    return search


def failed(target: SearchTarget, week: int) -> Search:
    return make_search(target, a_run(target.watched_image, week), state="failed", error="It broke.")


def board_of(image: WatchedImage, at: datetime = LATER, **wish: object) -> Board:
    chosen = Wish(**wish)  # type: ignore[arg-type]  # the fields of a wish
    counted = Match.objects.filter(watched_image=image).counted()
    return board(image, found_by(counted, chosen.engine), standings(latest(image)), chosen, at)


def names(lanes: Sequence[Lane]) -> list[str]:
    return [lane.name.removesuffix(".example") for lane in lanes]


@pytest.mark.parametrize(
    ("said", "decision"),
    [
        (("open", "open"), "open"),
        (("allowed", "open"), "open"),
        (("allowed", "allowed"), "allowed"),
        (("allowed", "flagged"), "flagged"),
    ],
)
def test_a_lane_tells_what_its_pages_are_and_what_was_said_of_them(
    image: WatchedImage, target: SearchTarget, said: Sequence[str], decision: str
) -> None:
    asked(target, 1, "a.example/1", "a.example/2")
    for match, word, verdict in zip(
        Match.objects.order_by("pk"), said, ("probable", "modified"), strict=True
    ):
        match.decision, match.verdict = word, verdict
        match.save()
    shown = board_of(image, with_pages=True, opened="start").folds[0].lanes
    assert [(each.verdict, each.decision) for each in shown if not each.is_page] == [("modified", decision)]
    pages = {each.href: each.verdict for each in shown if each.is_page}
    assert pages == {f"/matches/{match.pk}/": match.verdict for match in Match.objects.all()}


def lane(found: Board, name: str) -> Lane:
    rows = [*found.lanes, *(lane for fold in found.folds for lane in fold.lanes)]
    return next(row for row in rows if row.name == name)


def test_a_lane_tells_its_story(image: WatchedImage, target: SearchTarget) -> None:
    asked(target, 0, "old", "else")
    asked(target, 1, "shop", "old", "else")
    asked(target, 2, "old", "else")
    failed(target, 3)
    asked(target, 4, "old", "else")
    asked(target, 5, "old", "else", "shop")
    cells = lane(board_of(image), "shop.example").cells
    assert [cell.words for cell in cells] == [
        "absent", "first seen, Google 1", "missing 1 of 2", "Google did not finish", "gone", "back again, Google 3"
    ]  # fmt: skip
    assert [cell.css for cell in cells] == ["c none", "c born", "c", "c miss", "c", "c"]
    assert [cell.cross for cell in cells] == ["", "", "x-open", "", "x", ""]
    assert (cells[1].google, cells[5].google, cells[1].yandex) == ("g1", "g1", "")


def test_cells_and_dates_lead_to_the_run_against_the_complete_one_before(
    image: WatchedImage, target: SearchTarget
) -> None:
    first, _, third = asked(target, 0, "a"), failed(target, 1), asked(target, 2, "a")
    found = board_of(image, opened="start")
    expected = f"/images/{image.pk}/diff/?from={first.run_id}&to={third.run_id}&engine=google"
    assert lane(found, "a.example").cells[2].href == expected
    assert found.columns[2].href == expected
    assert found.columns[0].href == f"/images/{image.pk}/diff/?to={first.run_id}&engine=google"
    assert found.columns[1].trouble == "Google did not finish"


def test_both_engines_stand_in_one_cell(image: WatchedImage, target: SearchTarget) -> None:
    asked(target, 0, "a", "b")
    asked(make_target(image, Provider.YANDEX), 0, "b", "a")
    found = board_of(image, opened="start")
    (cell,) = lane(found, "a.example").cells
    assert (cell.google, cell.yandex, cell.words) == ("g1", "y1", "Google 1, Yandex 2")
    assert lane(found, "b.example").now == [("google", "G 2"), ("yandex", "Y 1")]
    only = board_of(image, opened="start", engine="yandex")
    assert lane(only, "a.example").cells[0].words == "Yandex 2"
    assert lane(only, "a.example").now == [("yandex", "Y 2")]


def test_a_seen_cell_says_when_the_other_engine_did_not_finish(
    image: WatchedImage, target: SearchTarget
) -> None:
    asked(target, 0, "a")
    failed(make_target(image, Provider.YANDEX), 0)
    (cell,) = lane(board_of(image, opened="start"), "a.example").cells
    assert cell.words == "Google 1; Yandex did not finish"


def test_new_ones_come_first_then_live_ones_by_rank_and_the_rest_is_folded(
    image: WatchedImage, target: SearchTarget
) -> None:
    asked(target, 0, "old", "gone")
    asked(target, 1, "old", "gone", "far", "near")
    asked(target, 2, "near", "far", "old", "a", "b")
    asked(target, 3, "near", "far", "old", "a", "b", "fresh")
    found = board_of(image, at=START + timedelta(weeks=3, days=1))
    assert names(found.lanes) == ["fresh", "near", "far", "a", "b"]
    assert [row.is_new for row in found.lanes] == [True, False, False, False, False]
    assert [(fold.label, fold.n, fold.is_open, len(fold.lanes)) for fold in found.folds] == [
        ("Gone", 1, False, 0), ("Known at start", 1, False, 0)
    ]  # fmt: skip
    opened = board_of(image, opened="gone")
    assert names(opened.folds[0].lanes) == ["gone"]
    assert opened.folds[0].lanes[0].is_mute
    assert opened.folds[0].lanes[0].ended_at == START + timedelta(weeks=2, minutes=1)


def test_after_the_first_run_what_was_known_stands_open(image: WatchedImage, target: SearchTarget) -> None:
    asked(target, 0, "a", "b")
    found = board_of(image)
    assert names(found.lanes) == []
    assert names(found.folds[0].lanes) == ["a", "b"]
    assert not any(row.is_mute for row in found.folds[0].lanes)
    assert (found.folds[0].is_alone, found.n_empty, found.width) == (True, 23, 27)


def test_pages_stand_under_their_domain(image: WatchedImage, target: SearchTarget) -> None:
    asked(target, 0, "x")
    asked(target, 1, "a.example/one", "x", "a.example/two")
    found = board_of(image, with_pages=True)
    assert [(row.name, row.is_page) for row in found.lanes] == [
        ("a.example", False), ("/one", True), ("/two", True)
    ]  # fmt: skip
    assert found.lanes[0].cells[1].words == "first seen, Google 1"


def test_a_later_page_of_a_domain_is_no_birth_of_it(image: WatchedImage, target: SearchTarget) -> None:
    asked(target, 0, "x")
    asked(target, 1, "x", "a.example/one")
    asked(target, 2, "x", "a.example/one", "a.example/two")
    found = board_of(image, with_pages=True)
    assert [cell.css for cell in found.lanes[0].cells] == ["c none", "c born", "c"]
    assert [cell.css for cell in found.lanes[2].cells] == ["c none", "c none", "c born"]


def test_it_counts_live_domains_at_each_run(image: WatchedImage, target: SearchTarget) -> None:
    asked(target, 0, "a", "b")
    asked(target, 1, "a", "b", "c")
    asked(target, 2, "a", "c")
    asked(target, 3, "a", "c")
    assert [column.n_live for column in board_of(image).columns] == [2, 3, 2, 2]


def test_it_shows_24_runs_and_the_way_to_older_ones(image: WatchedImage, target: SearchTarget) -> None:
    searches = [asked(target, week, "a") for week in range(30)]
    found = board_of(image)
    assert [column.run.pk for column in found.columns] == [search.run_id for search in searches[6:]]
    assert found.older == searches[6].run_id
    assert sum(month.span for month in found.months) == 24
    older = board_of(image, before=searches[6].run)
    assert [column.run.pk for column in older.columns] == [search.run_id for search in searches[:6]]
    assert older.older is None


def test_what_was_missed_before_the_first_column_counts(image: WatchedImage, target: SearchTarget) -> None:
    for week in range(26):
        asked(target, week, *(["a", "b"] if week < 2 else ["a"]))
    first = lane(board_of(image, opened="gone"), "b.example").cells[0]
    assert first.words == "missing 1 of 2"


def test_fifty_domains_are_a_page(image: WatchedImage, target: SearchTarget) -> None:
    asked(target, 0, "start")
    asked(target, 1, "start", *(f"d{n}" for n in range(60)))
    found = board_of(image)
    assert (len(found.lanes), found.n_more) == (50, 10)
    assert (len(board_of(image, pages=2).lanes), board_of(image, pages=2).n_more) == (60, 0)


def test_a_part_of_a_name_narrows_the_rows_and_opens_the_folds(
    image: WatchedImage, target: SearchTarget
) -> None:
    asked(target, 0, "mugs-and-more", "cups")
    asked(target, 1, "mugs-and-more", "cups", "mugshot")
    found = board_of(image, domain="MUGS")
    assert names(found.lanes) == ["mugshot"]
    assert names(found.folds[0].lanes) == ["mugs-and-more"]


def test_a_search_under_way_is_unknown(image: WatchedImage, target: SearchTarget) -> None:
    asked(target, 0, "a")
    make_search(target, a_run(image, 1))
    assert lane(board_of(image), "a.example").cells[1].words == "Google is still under way"


def test_similar_ones_have_no_lane(image: WatchedImage, target: SearchTarget) -> None:
    asked(target, 0, "a", "b")
    Match.objects.filter(page_url__contains="b.example").update(verdict="similar")
    assert names(board_of(image).folds[0].lanes) == ["a"]


def test_it_is_empty_before_the_first_run(image: WatchedImage) -> None:
    assert board_of(image).columns == []
