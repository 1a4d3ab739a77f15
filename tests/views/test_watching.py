"""Watching images: what is taken in, and what is refused."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from accounts.models import User, Workspace
from monitor import safefetch
from monitor.models import Collection, WatchedImage
from monitor.pipeline import watching
from monitor.safefetch import Fetched
from tests.factories import a_jpeg, make_collection, make_market
from tests.imaging.pictures import png
from tests.views.conftest import ClientFor

NEW = "/images/new/"


@pytest.fixture
def collection(workspace: Workspace) -> Collection:
    row = make_collection(workspace, name="Product")
    make_market(row, "yandex", pages=1)
    return row


@pytest.fixture
def client(editor: User, sign_in: ClientFor) -> Client:
    return sign_in(editor)


def upload(name: str = "tidal_mug-front.jpg", content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or a_jpeg())


def send(client: Client, *files: SimpleUploadedFile, **data: object) -> tuple[int, str]:
    """Status and text of the page that one comes to."""
    response = client.post(NEW, {"pictures": list(files), **data})
    if response.status_code == 302:
        page = client.get("/more/").content.decode()
        return 302, response.headers["Location"] + page
    return response.status_code, response.content.decode()


def count() -> tuple[int, int]:
    return WatchedImage.objects.count(), Collection.objects.count()


def test_it_watches_a_file(client: Client, collection: Collection, editor: User) -> None:
    status, text = send(client, upload(), collection=collection.pk)
    image = WatchedImage.objects.get()
    assert (status, text.startswith(f"/images/{image.pk}/")) == (302, True)
    assert "“Tidal mug front” is watched now." in text
    assert "Press Run now to search at once." in text or "press Run now to search." in text
    assert (image.collection, image.created_by, image.targets.count()) == (collection, editor, 1)


def test_it_takes_the_title_that_is_given(client: Client, collection: Collection) -> None:
    send(client, upload(), collection=collection.pk, title="Mug")
    assert WatchedImage.objects.get().title == "Mug"


def test_the_first_collection_is_made_by_itself(client: Client, workspace: Workspace) -> None:
    assert 'value="Product"' in client.get(NEW).content.decode()
    send(client, upload())
    collection = WatchedImage.objects.get().collection
    assert (collection.name, collection.markets.count()) == ("Product", 2)


def test_a_new_collection_is_made_by_name(client: Client, collection: Collection) -> None:
    send(client, upload(), collection=collection.pk, new_collection="Autumn")
    assert WatchedImage.objects.get().collection.name == "Autumn"


def test_a_known_name_is_no_new_collection(client: Client, collection: Collection) -> None:
    send(client, upload(), collection=collection.pk, new_collection="Product")
    assert WatchedImage.objects.get().collection == collection


def test_the_same_picture_twice_opens_the_first(client: Client, collection: Collection) -> None:
    send(client, upload(), collection=collection.pk, title="Mug")
    first = WatchedImage.objects.get()
    status, text = send(client, upload("copy.jpg"), collection=collection.pk, new_collection="Autumn")
    assert (status, text.startswith(f"/images/{first.pk}/")) == (302, True)
    assert "This picture is already watched, as “Mug”." in text
    assert count() == (1, 1)


def test_several_files_are_each_told(client: Client, collection: Collection) -> None:
    files = [
        upload("a.jpg", a_jpeg(1)),
        upload("b.jpg", a_jpeg(2)),
        upload("a2.jpg", a_jpeg(1)),
        upload("c.jpg", b"text"),
    ]
    status, text = send(client, *files, collection=collection.pk, title="Ignored")
    assert (status, text.startswith("/images/?sort=added")) == (302, True)
    assert "2 images are watched now: A, B." in text
    assert "This picture is already watched, as “A”." in text
    assert "c.jpg: This file is not a picture we can read." in text
    assert count() == (2, 1)


def refusals() -> Sequence[tuple[str, SimpleUploadedFile, str]]:
    large = a_jpeg() + b"\0" * (30 * 1024 * 1024)
    return [
        ("text", upload("notes.jpg", b"These are notes."), "This file is not a picture we can read."),
        ("empty", SimpleUploadedFile("empty.jpg", b""), "The file is empty."),
        ("large", upload("large.jpg", large), "This file is larger than the 25 MB we accept."),
        (
            "bomb",
            upload("bomb.png", png(20_000, 20_000, depth=8, colour=2, rows=b"")),
            "more than the 50 megapixels we accept",
        ),
    ]


@pytest.mark.parametrize(("file", "sentence"), [pytest.param(f, s, id=i) for i, f, s in refusals()])
def test_a_file_that_cannot_be_used_changes_nothing(
    client: Client, workspace: Workspace, file: SimpleUploadedFile, sentence: str
) -> None:
    file.seek(0)
    status, text = send(client, file)
    assert status == 422
    assert sentence in text
    assert count() == (0, 0)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/mug.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "http://[::ffff:127.0.0.1]/mug.jpg",
        "http://shop.example/mug.jpg",
        "mug",
        "http://[",
    ],
)
def test_an_address_that_cannot_be_fetched_changes_nothing(
    client: Client, workspace: Workspace, address: str
) -> None:
    status, text = send(client, address=address)
    assert status == 422
    assert text.count('class="errorlist"') == 1
    assert count() == (0, 0)


def test_it_watches_an_address(
    client: Client, collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(url: str, **limits: object) -> Fetched:
        return Fetched(content=a_jpeg(), url=url)

    monkeypatch.setattr(safefetch, "fetch", fetch)
    address = "https://shop.example.org/img/Tidal%20mug.jpg?w=800"
    assert send(client, address=address, collection=collection.pk)[0] == 302
    image = WatchedImage.objects.get()
    assert (image.title, image.source_url) == ("Tidal mug", address)


def test_a_collection_removed_meanwhile_is_told_and_leaves_no_file(
    client: Client,
    collection: Collection,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    tmp_path: Path,
) -> None:
    here = {"BACKEND": settings.STORAGES["default"]["BACKEND"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": here}

    def fetch(url: str, **limits: object) -> Fetched:
        collection.delete()
        return Fetched(content=a_jpeg(), url=url)

    monkeypatch.setattr(safefetch, "fetch", fetch)
    status, text = send(client, address="https://shop.example.org/mug.jpg", collection=collection.pk)
    assert (status, watching.REMOVED in text) == (422, True)
    assert (count(), [*tmp_path.rglob("*.jpg")]) == ((0, 0), [])


def test_many_slow_addresses_leave_the_web_free(client: Client, collection: Collection) -> None:
    with ExitStack() as others:
        for _ in range(3):
            others.enter_context(watching.a_fetch())
        status, text = send(client, address="https://shop.example.org/mug.jpg", collection=collection.pk)
    assert (status, watching.BUSY in text) == (422, True)


def test_strangers_cannot_fill_the_disk(workspace: Workspace) -> None:
    parts = {"picture": upload(content=b"\0" * 27 * 1024 * 1024)}
    response = Client(raise_request_exception=False).post("/accounts/login/", parts)
    assert response.status_code == 400


def test_nothing_at_all_is_said_so(client: Client, collection: Collection) -> None:
    status, text = send(client, collection=collection.pk)
    assert (status, "Choose a picture file, or enter the address of one." in text) == (422, True)


def test_twenty_files_are_enough(client: Client, collection: Collection) -> None:
    files = [upload(f"{n}.jpg") for n in range(21)]
    status, text = send(client, *files, collection=collection.pk)
    assert (status, "Choose at most 20 files at once." in text) == (422, True)
    assert count() == (0, 1)


def test_a_collection_of_strangers_is_none(client: Client, collection: Collection) -> None:
    theirs = make_collection()
    assert send(client, upload(), collection=theirs.pk)[0] == 422
    assert WatchedImage.objects.count() == 0


def test_it_says_beforehand_which_engine_cannot_be_asked(client: Client, workspace: Workspace) -> None:
    page = client.get(NEW).content.decode()
    assert "Google is not set up on this installation" in page
    assert "Yandex is not set up on this installation" in page


def test_viewers_watch_nothing(viewer: User, workspace: Workspace, sign_in: ClientFor) -> None:
    assert sign_in(viewer).post(NEW, {"pictures": upload()}).status_code == 403
    assert count() == (0, 0)
