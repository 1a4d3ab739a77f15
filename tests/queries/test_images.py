"""The gallery: filters, order and tiles."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Workspace
from monitor.models import Match, Search, WatchedImage
from monitor.queries.images import Filters, Gallery, gallery
from tests.factories import (
    make_collection,
    make_image,
    make_match,
    make_search,
    make_target,
    make_workspace,
)

NOW = timezone.now()
YEAR = timedelta(days=365)


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def mug(workspace: Workspace) -> WatchedImage:
    return make_image(make_collection(workspace, name="Product"), title="Tidal mug")


@pytest.fixture
def chair(mug: WatchedImage) -> WatchedImage:
    return make_image(make_collection(mug.workspace, name="Autumn"), title="Nord chair")


def page_of(workspace: Workspace, number: str = "1", **query: str) -> Gallery:
    return gallery(workspace, Filters.of(query), number=number, at=NOW)


def titles(workspace: Workspace, **query: str) -> list[str]:
    return [tile.image.title for tile in page_of(workspace, **query).tiles]


def test_it_filters_by_title_and_by_domain(mug: WatchedImage, chair: WatchedImage) -> None:
    make_match(chair, "https://dealbarn.example/1")
    make_match(mug, "https://dealbarn.example/2", gone_at=NOW)
    assert titles(mug.workspace, q="MUG") == ["Tidal mug"]
    assert titles(mug.workspace, q="DealBarn") == ["Nord chair"]
    assert titles(mug.workspace, q="nothing") == []


def test_it_filters_by_collection(mug: WatchedImage, chair: WatchedImage) -> None:
    assert titles(mug.workspace, collection=str(chair.collection_id)) == ["Nord chair"]


def test_it_filters_by_status(mug: WatchedImage, chair: WatchedImage) -> None:
    WatchedImage.objects.filter(pk=chair.pk).update(state=WatchedImage.State.PAUSED)
    assert titles(mug.workspace, status="watching") == ["Tidal mug"]
    assert titles(mug.workspace, status="paused") == ["Nord chair"]
    type(mug.collection).objects.filter(pk=mug.collection_id).update(is_active=False)
    assert set(titles(mug.workspace, status="paused")) == {"Nord chair", "Tidal mug"}


def test_a_run_has_failed_when_the_newest_search_of_an_active_target_did(
    mug: WatchedImage, chair: WatchedImage
) -> None:
    for image, states in ((mug, ("done", "failed")), (chair, ("failed", "done"))):
        target = make_target(image)
        for state in states:
            make_search(target, state=state)
    make_search(make_target(mug, "yandex"), state=Search.State.WAITING)
    assert titles(mug.workspace, status="failed") == ["Tidal mug"]
    assert [tile.has_failed for tile in page_of(mug.workspace, sort="title").tiles] == [False, True]


def test_an_inactive_target_is_not_held_against_an_image(mug: WatchedImage) -> None:
    target = make_target(mug)
    make_search(target, state=Search.State.FAILED)
    type(target).objects.update(is_active=False)
    assert titles(mug.workspace, status="failed") == []


def test_it_sorts(mug: WatchedImage, chair: WatchedImage) -> None:
    make_match(mug, first_seen_at=NOW - timedelta(days=1))
    for _ in range(2):
        make_match(chair, first_seen_at=NOW - timedelta(days=30))
    assert titles(mug.workspace) == ["Tidal mug", "Nord chair"]
    assert titles(mug.workspace, sort="live") == ["Nord chair", "Tidal mug"]
    assert titles(mug.workspace, sort="title") == ["Nord chair", "Tidal mug"]
    assert titles(mug.workspace, sort="added") == ["Nord chair", "Tidal mug"]


def test_a_tile_counts_live_matches_domains_and_new_ones(mug: WatchedImage) -> None:
    make_match(mug, "https://a.example/1", first_seen_at=NOW - timedelta(days=1))
    make_match(mug, "https://a.example/2", first_seen_at=NOW - YEAR)
    make_match(mug, "https://b.example/1", first_seen_at=NOW - YEAR, known_at_start=True)
    make_match(mug, "https://c.example/1", first_seen_at=NOW - YEAR, gone_at=NOW)
    make_match(mug, "https://d.example/1", first_seen_at=NOW, verdict=Match.Verdict.SIMILAR)
    [tile] = page_of(mug.workspace).tiles
    assert (tile.live, tile.domains, tile.new) == (3, 2, 1)
    assert tile.in_words == "Live matches over 8 weeks, from 3 to 3"


def test_an_image_without_matches_has_noughts(mug: WatchedImage) -> None:
    [tile] = page_of(mug.workspace).tiles
    assert (tile.live, tile.domains, tile.new, tile.weeks) == (0, 0, 0, [None] * 8 + [0])


def test_noughts_before_an_image_was_watched_are_unknown(mug: WatchedImage) -> None:
    mug.created_at = NOW - timedelta(days=10)
    mug.save()
    make_match(mug, first_seen_at=NOW - timedelta(days=3))
    [tile] = page_of(mug.workspace).tiles
    assert tile.weeks == [None] * 7 + [0, 1]
    assert tile.in_words == "Live matches over 1 week, from 0 to 1"


def test_a_domain_is_found_as_people_write_it(mug: WatchedImage, chair: WatchedImage) -> None:
    make_match(mug, "https://schöner-kauf.example/1", first_seen_at=NOW)
    assert [tile.image for tile in page_of(mug.workspace, q="Schöner-Kauf.example").tiles] == [mug]


def test_its_head_counts_the_whole_workspace(mug: WatchedImage, chair: WatchedImage) -> None:
    WatchedImage.objects.filter(pk=chair.pk).update(state=WatchedImage.State.PAUSED)
    make_match(mug, "https://a.example/1")
    make_match(chair, "https://a.example/1")
    page = page_of(mug.workspace, q="no such thing")
    assert (page.n_images, page.n_running, page.n_live, page.n_domains) == (2, 1, 2, 1)


def test_it_shows_nothing_of_another_workspace(mug: WatchedImage) -> None:
    page = page_of(make_workspace())
    assert (page.n_images, page.n_live, page.tiles, page.collections) == (0, 0, [], [])


def test_it_shows_sixty_a_page(mug: WatchedImage) -> None:
    row = WatchedImage.objects.filter(pk=mug.pk).values().get()
    WatchedImage.objects.bulk_create(
        WatchedImage(**{**row, "id": None, "sha256": str(n), "public_token": f"copy{n}"}) for n in range(60)
    )
    assert [len(page_of(mug.workspace, number).tiles) for number in ("1", "2", "9", "x")] == [60, 1, 1, 60]


@pytest.mark.parametrize("word", ["abc", "-1", "²", "9" * 30])
def test_a_collection_that_is_no_number_counts_for_nothing(word: str) -> None:
    assert Filters.of({"collection": word, "status": word, "sort": word}) == Filters()
