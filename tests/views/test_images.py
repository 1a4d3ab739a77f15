"""The gallery, and changing or removing an image."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User, Workspace
from monitor.models import Collection, SearchTarget, WatchedImage
from tests.factories import make_collection, make_image, make_market, make_match, make_search, make_target
from tests.views.conftest import ClientFor
from tests.views.counting import queries_of


@pytest.fixture
def collection(workspace: Workspace) -> Collection:
    return make_collection(workspace, name="Product")


@pytest.fixture
def image(collection: Collection) -> WatchedImage:
    return make_image(collection, title="Tidal mug")


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_it_shows_tiles(image: WatchedImage, viewer: User, sign_in: ClientFor) -> None:
    make_match(image)
    page = text_of(sign_in(viewer), "/images/")
    assert "Tidal mug" in page
    assert "1 new" in page
    assert "1 live match on 1 domain." in page


def test_it_says_that_there_are_none_yet(
    workspace: Workspace, owner: User, viewer: User, sign_in: ClientFor
) -> None:
    assert 'href="/images/new/"' in text_of(sign_in(owner), "/images/")
    page = text_of(sign_in(viewer), "/images/")
    assert "No images yet" in page
    assert 'href="/images/new/"' not in page


def test_it_says_that_none_fits(image: WatchedImage, viewer: User, sign_in: ClientFor) -> None:
    page = text_of(sign_in(viewer), "/images/?q=nothing")
    assert "No image fits this filter" in page
    assert 'value="nothing"' in page


def test_its_queries_do_not_grow(collection: Collection, viewer: User, sign_in: ClientFor) -> None:
    client = sign_in(viewer)

    def fill() -> None:
        for _ in range(10):
            image = make_image(collection)
            make_match(image)
            make_search(make_target(image), state="failed")

    fill()
    few = queries_of(client, "/images/")
    fill()
    assert queries_of(client, "/images/") == few <= 15


def test_a_title_is_changed(image: WatchedImage, editor: User, sign_in: ClientFor) -> None:
    data = {"title": "Mug, blue", "collection": image.collection_id}
    response = sign_in(editor).post(f"/images/{image.pk}/edit/", data)
    assert response.headers["Location"] == f"/images/{image.pk}/"
    image.refresh_from_db()
    assert image.title == "Mug, blue"


def test_another_collection_brings_its_own_markets(
    image: WatchedImage, editor: User, sign_in: ClientFor
) -> None:
    make_target(image, "dataforseo", location_code=2840)
    autumn = make_collection(image.workspace, name="Autumn")
    make_market(autumn, "yandex", pages=1)
    sign_in(editor).post(f"/images/{image.pk}/edit/", {"title": "Mug", "collection": autumn.pk})
    active = SearchTarget.objects.filter(watched_image=image, is_active=True)
    assert list(active.values_list("provider", "settings")) == [("yandex", {"pages": 1})]


def test_an_image_never_moves_to_a_stranger(
    image: WatchedImage, editor: User, stranger: User, sign_in: ClientFor
) -> None:
    theirs = make_collection(stranger.workspaces.get())
    data = {"title": "Mug", "collection": theirs.pk}
    assert sign_in(editor).post(f"/images/{image.pk}/edit/", data).status_code == 422
    image.refresh_from_db()
    assert image.collection_id != theirs.pk


def test_it_is_paused_and_goes_on(image: WatchedImage, editor: User, sign_in: ClientFor) -> None:
    client = sign_in(editor)
    client.post(f"/images/{image.pk}/pause/")
    image.refresh_from_db()
    assert image.state == WatchedImage.State.PAUSED
    assert "Go on watching" in text_of(client, f"/images/{image.pk}/edit/")
    client.post(f"/images/{image.pk}/pause/", {"resume": "yes"})
    image.refresh_from_db()
    assert image.state == WatchedImage.State.ACTIVE


def test_it_is_removed_after_asking(image: WatchedImage, editor: User, sign_in: ClientFor) -> None:
    client = sign_in(editor)
    make_match(image)
    assert "goes with 1 match" in text_of(client, f"/images/{image.pk}/delete/")
    assert WatchedImage.objects.filter(pk=image.pk).exists()
    assert client.post(f"/images/{image.pk}/delete/").headers["Location"] == "/images/"
    assert not WatchedImage.objects.filter(pk=image.pk).exists()


ADDRESSES = ["edit", "pause", "delete"]


@pytest.mark.parametrize("action", ADDRESSES)
def test_strangers_find_nothing(image: WatchedImage, stranger: User, sign_in: ClientFor, action: str) -> None:
    client = sign_in(stranger)
    path = f"/images/{image.pk}/{action}/"
    assert client.post(path).status_code == 404
    assert client.get(path).status_code == (405 if action == "pause" else 404)


@pytest.mark.parametrize("action", ADDRESSES)
def test_viewers_change_nothing(image: WatchedImage, viewer: User, sign_in: ClientFor, action: str) -> None:
    assert sign_in(viewer).post(f"/images/{image.pk}/{action}/", {"title": "Mine"}).status_code == 403
    image.refresh_from_db()
    assert (image.title, image.state) == ("Tidal mug", WatchedImage.State.ACTIVE)
    assert default_storage.exists(image.file.name or "")


def test_viewers_are_told_that_they_cannot_change(
    image: WatchedImage, viewer: User, sign_in: ClientFor
) -> None:
    client = sign_in(viewer)
    for path in (f"/images/{image.pk}/edit/", "/images/new/"):
        page = text_of(client, path)
        assert "You can look but not change things" in page
        assert 'name="title"' not in page
