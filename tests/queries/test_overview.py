"""The figures of the first page."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Workspace
from monitor.models import Match, Picture, Provider, Search, WatchedImage
from monitor.queries.overview import Overview, overview
from tests.factories import (
    make_collection,
    make_found,
    make_image,
    make_market,
    make_match,
    make_run,
    make_search,
    make_target,
    make_workspace,
)

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def image(workspace: Workspace) -> WatchedImage:
    return make_image(make_collection(workspace, name="Product"))


def page_of(workspace: Workspace) -> Overview:
    return overview(workspace, period="12w", engine="", at=NOW)


def test_new_is_live_seen_within_the_week_and_not_known_at_start(image: WatchedImage) -> None:
    make_match(image, first_seen_at=ago(1))
    make_match(image, first_seen_at=ago(6.9))
    make_match(image, first_seen_at=ago(7.1))
    make_match(image, first_seen_at=ago(1), known_at_start=True)
    make_match(image, first_seen_at=ago(3), gone_at=ago(1))
    make_match(image, first_seen_at=ago(1), verdict=Match.Verdict.SIMILAR)
    make_match(image, first_seen_at=ago(1), unwatched_at=ago(0))
    totals = page_of(image.workspace).totals
    assert (totals.new, totals.new_before, totals.gone, totals.live) == (2, 1, 1, 4)


def test_nothing_of_another_workspace_counts(workspace: Workspace) -> None:
    elsewhere = make_image()
    make_match(elsewhere, first_seen_at=ago(1))
    make_search(make_target(elsewhere), make_run(elsewhere.collection, ago(1)), state=Search.State.DONE)
    page = page_of(workspace)
    assert (page.totals.live, page.sheet.rows, page.top, page.health, page.coming) == (0, [], [], [], [])
    assert set(page.trend.lines[0].values) == {None}


def test_the_sheet_begins_with_the_image_that_has_most(image: WatchedImage) -> None:
    busy = make_image(image.collection, title="Busy")
    make_match(image, first_seen_at=ago(1))
    for _ in range(2):
        make_match(busy, first_seen_at=ago(1))
    assert [(row.image, row.n_new) for row in page_of(image.workspace).sheet.rows] == [(busy, 2), (image, 1)]


@pytest.mark.parametrize(("n_new", "n_frames", "n_rest"), [(1, 1, 0), (6, 6, 0), (7, 5, 2), (9, 5, 4)])
def test_the_last_frame_makes_room_for_the_rest(
    image: WatchedImage, n_new: int, n_frames: int, n_rest: int
) -> None:
    for n in range(n_new):
        make_match(image, f"https://shop{n}.example/", first_seen_at=ago(1 + n / 100))
    [row] = page_of(image.workspace).sheet.rows
    assert [frame.match.domain.name for frame in row.frames] == [f"shop{n}.example" for n in range(n_frames)]
    assert row.n_rest == n_rest


def test_the_sheet_has_eight_rows_and_counts_the_other_images(image: WatchedImage) -> None:
    for _ in range(10):
        make_match(make_image(image.collection), first_seen_at=ago(1))
    sheet = page_of(image.workspace).sheet
    assert (len(sheet.rows), sheet.n_rest) == (8, 2)


def test_a_frame_shows_the_newest_picture_that_could_be_fetched(image: WatchedImage) -> None:
    target = make_target(image)
    seen, failed = make_match(image, first_seen_at=ago(1)), make_match(image, first_seen_at=ago(2))
    make_found(seen, target, file="pictures/old.jpg")
    newest = make_found(seen, target, file="pictures/new.jpg")
    make_found(seen, target)
    make_found(failed, target, state=Picture.State.FAILED, error="The host was not found.")
    make_match(image, first_seen_at=ago(3))
    [row] = page_of(image.workspace).sheet.rows
    assert [(frame.picture.src, frame.picture.reason) for frame in row.frames] == [
        (f"/found/{newest.pk}.jpg", ""),
        ("", "The host was not found."),
        ("", "The engine named no picture."),
    ]


def test_top_domains_tell_how_they_changed_in_a_week(image: WatchedImage) -> None:
    make_match(image, "https://a.example/1", first_seen_at=ago(30))
    make_match(image, "https://a.example/2", first_seen_at=ago(2))
    make_match(image, "https://b.example/1", first_seen_at=ago(30))
    make_match(image, "https://b.example/2", first_seen_at=ago(30), gone_at=ago(2))
    make_match(image, "https://c.example/1", first_seen_at=ago(30), gone_at=ago(2))
    top = page_of(image.workspace).top
    assert [(row.name, row.live, row.change, row.share) for row in top] == [
        ("a.example", 2, 1, 1.0),
        ("b.example", 1, -1, 0.5),
    ]


def test_coming_are_the_active_collections_with_an_image_to_search(image: WatchedImage) -> None:
    soon, workspace = image.collection, image.workspace
    for provider in Provider:
        make_market(soon, provider)
    type(soon).objects.filter(pk=soon.pk).update(next_run_at=NOW + timedelta(days=1))
    make_collection(workspace, name="Empty", next_run_at=NOW)
    make_image(make_collection(workspace, name="Off", next_run_at=NOW, is_active=False))
    paused = make_collection(workspace, name="Paused images", next_run_at=NOW)
    make_image(paused, state=WatchedImage.State.PAUSED)
    [coming] = page_of(workspace).coming
    assert (coming.collection, coming.n_images, coming.engines) == (soon, 1, "Google and Yandex")
