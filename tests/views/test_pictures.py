"""Pictures from our own store."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from monitor.models import ResultItem, WatchedImage
from tests.factories import a_jpeg, make_collection, make_found, make_image, make_match, make_target
from tests.views.conftest import ClientFor


@pytest.fixture
def image(workspace: Workspace) -> WatchedImage:
    return make_image(make_collection(workspace))


@pytest.fixture
def item(image: WatchedImage) -> ResultItem:
    return make_found(
        make_match(image),
        make_target(image),
        file=default_storage.save("pictures/x.jpg", ContentFile(a_jpeg())),
    )


def body_of(client: Client, path: str) -> bytes:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    return b"".join(response)


def stored(name: str | None) -> bytes:
    with default_storage.open(name or "") as file:
        return bytes(file.read())


def test_it_shows_a_watched_image_to_members(image: WatchedImage, viewer: User, sign_in: ClientFor) -> None:
    client = sign_in(viewer)
    assert body_of(client, f"/images/{image.pk}/picture.jpg") == stored(image.file.name)
    assert body_of(client, f"/images/{image.pk}/thumbnail.jpg") == stored(image.thumbnail.name)


def test_it_shows_a_found_picture(item: ResultItem, viewer: User, sign_in: ClientFor) -> None:
    assert body_of(sign_in(viewer), f"/found/{item.pk}.jpg")


def test_it_has_nothing_to_show_before_a_picture_is_fetched(
    image: WatchedImage, viewer: User, sign_in: ClientFor
) -> None:
    item = make_found(make_match(image), make_target(image))
    assert sign_in(viewer).get(f"/found/{item.pk}.jpg").status_code == 404


def test_it_lets_browsers_keep_pictures_for_themselves(
    item: ResultItem, viewer: User, sign_in: ClientFor
) -> None:
    response = sign_in(viewer).get(f"/found/{item.pk}.jpg")
    assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    response.close()


def test_strangers_see_no_picture(
    item: ResultItem, image: WatchedImage, stranger: User, sign_in: ClientFor
) -> None:
    client = sign_in(stranger)
    for path in (
        f"/images/{image.pk}/picture.jpg",
        f"/images/{image.pk}/thumbnail.jpg",
        f"/found/{item.pk}.jpg",
    ):
        assert client.get(path).status_code == 404


def test_a_file_that_is_lost_is_not_found(image: WatchedImage, viewer: User, sign_in: ClientFor) -> None:
    default_storage.delete(image.file.name or "")
    assert sign_in(viewer).get(f"/images/{image.pk}/picture.jpg").status_code == 404


def test_engines_fetch_by_token_without_signing_in(image: WatchedImage, client: Client) -> None:
    path = f"/i/{image.public_token}.jpg"
    content = body_of(client, path)
    response = client.head(path)
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    assert response.headers["Content-Length"] == str(len(content))
    assert not response.content


def test_engines_get_nothing_for_a_wrong_token_or_a_deleted_workspace(
    image: WatchedImage, client: Client
) -> None:
    assert client.get("/i/guess.jpg").status_code == 404
    Workspace.objects.update(deleted_at=timezone.now())
    assert client.get(f"/i/{image.public_token}.jpg").status_code == 404
