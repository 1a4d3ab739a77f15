"""Collections: list, form, following, removing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User, Workspace
from monitor.models import Collection, Follow, SearchTarget
from tests.factories import make_collection, make_image, make_market
from tests.forms.test_collections import FILLED
from tests.views.conftest import ClientFor
from tests.views.counting import queries_of


@pytest.fixture
def collection(workspace: Workspace) -> Collection:
    row = make_collection(workspace, name="Product")
    make_market(row, "dataforseo", location_code=2840, language_code="en")
    make_market(row, "yandex", pages=2, family_mode="moderate")
    return row


@pytest.fixture
def client(editor: User, sign_in: ClientFor) -> Client:
    return sign_in(editor)


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def markets_of(collection: Collection) -> list[tuple[str, object]]:
    return list(collection.markets.values_list("provider", "settings"))


def test_the_list_has_an_empty_state(
    workspace: Workspace, client: Client, viewer: User, sign_in: ClientFor
) -> None:
    assert 'href="/collections/new/"' in text_of(client, "/collections/")
    page = text_of(sign_in(viewer), "/collections/")
    assert "No collections yet" in page
    assert 'href="/collections/new/"' not in page


def test_queries_of_the_list_do_not_grow(workspace: Workspace, client: Client) -> None:
    def fill() -> None:
        for _ in range(10):
            make_image(make_collection(workspace))

    fill()
    few = queries_of(client, "/collections/")
    fill()
    assert queries_of(client, "/collections/") == few <= 9


def test_it_makes_a_collection(client: Client, editor: User, workspace: Workspace) -> None:
    response = client.post("/collections/new/", {**FILLED, "name": "Autumn", "kind": "twice_weekly"})
    made = Collection.objects.get()
    assert response.headers["Location"] == f"/collections/{made.pk}/"
    assert (made.name, made.cadence, made.workspace) == ("Autumn", "0 5 * * 1,4", workspace)
    assert made.next_run_at is not None
    assert markets_of(made) == [
        ("dataforseo", {"location_code": 2840, "language_code": "en"}),
        ("yandex", {"pages": 2, "family_mode": "moderate"}),
    ]
    assert Follow.objects.get().user == editor


def test_a_new_form_proposes_the_place_of_the_workspace(client: Client, workspace: Workspace) -> None:
    Workspace.objects.update(country="FR", language="fr", time_zone="Europe/Paris")
    page = text_of(client, "/collections/new/")
    assert '<option value="FR" selected>France</option>' in page
    assert '<option value="fr" selected>French</option>' in page
    assert "By the clock of Europe/Paris." in page


def test_new_markets_bring_targets_and_old_ones_rest(client: Client, collection: Collection) -> None:
    image = make_image(collection)
    france = {"google-1-country": "FR", "google-1-language": "fr", "google-0-country": "", "yandex": ""}
    client.post(f"/collections/{collection.pk}/", {**FILLED, **france})
    assert markets_of(collection) == [("dataforseo", {"location_code": 2250, "language_code": "fr"})]
    active = SearchTarget.objects.filter(watched_image=image, is_active=True)
    assert list(active.values_list("provider", flat=True)) == ["dataforseo"]
    client.post(f"/collections/{collection.pk}/", FILLED)
    client.post(f"/collections/{collection.pk}/", {**FILLED, **france})
    assert SearchTarget.objects.filter(watched_image=image).count() == 3


def test_markets_that_stay_keep_what_nobody_was_asked_about(client: Client, collection: Collection) -> None:
    google = collection.markets.get(provider="dataforseo")
    google.settings["device"] = "desktop"
    google.save()
    client.post(f"/collections/{collection.pk}/", FILLED)
    assert collection.markets.get(provider="dataforseo").pk == google.pk


def test_another_cadence_begins_afresh(client: Client, collection: Collection) -> None:
    long_ago = timezone.now() - timedelta(days=60)
    Collection.objects.filter(pk=collection.pk).update(last_slot_at=long_ago, next_run_at=long_ago)
    client.post(f"/collections/{collection.pk}/", {**FILLED, "kind": "daily"})
    collection.refresh_from_db()
    assert (collection.cadence, collection.last_slot_at) == ("0 5 * * *", None)
    assert collection.next_run_at is not None
    assert collection.next_run_at > timezone.now()


def test_it_is_paused(client: Client, collection: Collection) -> None:
    client.post(f"/collections/{collection.pk}/", {k: v for k, v in FILLED.items() if k != "is_active"})
    collection.refresh_from_db()
    assert not collection.is_active
    assert "The collection is paused." in text_of(client, f"/collections/{collection.pk}/")


BAD = [
    ({"kind": "custom", "cron": "0 5 30 2 *"}, "No date ever fits"),
    ({"google-0-country": "", "yandex": ""}, "A collection looks in at least one place"),
    ({"name": ""}, "This field is required."),
    ({"name": "Autumn"}, "There is a collection of this name already."),
]


@pytest.mark.parametrize(("data", "sentence"), BAD)
def test_what_cannot_be_changes_nothing(
    client: Client, collection: Collection, data: dict[str, str], sentence: str
) -> None:
    make_collection(collection.workspace, name="Autumn")
    before = (Collection.objects.filter(pk=collection.pk).values().get(), markets_of(collection))
    response = client.post(f"/collections/{collection.pk}/", {**FILLED, **data})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert (Collection.objects.filter(pk=collection.pk).values().get(), markets_of(collection)) == before


@pytest.mark.parametrize(("data", "sentence"), BAD)
def test_a_new_one_that_cannot_be_is_not_made(
    client: Client, collection: Collection, data: dict[str, str], sentence: str
) -> None:
    make_collection(collection.workspace, name="Autumn")
    response = client.post("/collections/new/", {**FILLED, "name": "Winter", **data})
    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert Collection.objects.count() == 2


def test_it_says_what_an_engine_lacks(client: Client, collection: Collection, settings: Settings) -> None:
    page = text_of(client, f"/collections/{collection.pk}/")
    assert page.count("is not set up on this installation") == 2
    settings.HAS_DATAFORSEO = settings.HAS_YANDEX = True
    assert "this installation has no public one" in text_of(client, f"/collections/{collection.pk}/")
    settings.PUBLIC_URL = "https://where.example.org"
    assert "installation has no public one" not in text_of(client, f"/collections/{collection.pk}/")


@pytest.mark.parametrize(("frequency", "kept"), [("each_run", "each_run"), ("off", "off"), ("hourly", None)])
def test_viewers_follow_too(
    collection: Collection, viewer: User, sign_in: ClientFor, frequency: str, kept: str | None
) -> None:
    client = sign_in(viewer)
    response = client.post(f"/collections/{collection.pk}/follow/", {"frequency": frequency})
    assert response.headers["Location"] == f"/collections/{collection.pk}/"
    follow = Follow.objects.filter(user=viewer, collection=collection).first()
    assert (follow.frequency if follow else None) == kept


def test_viewers_see_but_do_not_change(collection: Collection, viewer: User, sign_in: ClientFor) -> None:
    client = sign_in(viewer)
    page = text_of(client, f"/collections/{collection.pk}/")
    assert "United States, English" in page
    assert "2 pages, family filter: moderate" in page
    assert 'name="cron"' not in page
    for path in (
        "/collections/new/",
        f"/collections/{collection.pk}/",
        f"/collections/{collection.pk}/delete/",
    ):
        assert client.post(path, FILLED).status_code == 403
    assert Collection.objects.count() == 1


def test_strangers_find_nothing(collection: Collection, stranger: User, sign_in: ClientFor) -> None:
    client = sign_in(stranger)
    path = f"/collections/{collection.pk}/"
    assert client.get(path).status_code == 404
    for each in (path, f"{path}follow/", f"{path}delete/"):
        assert client.post(each, FILLED).status_code == 404


def test_only_an_empty_collection_is_removed(client: Client, collection: Collection) -> None:
    image = make_image(collection)
    client.post(f"/collections/{collection.pk}/delete/")
    assert Collection.objects.filter(pk=collection.pk).exists()
    image.delete()
    assert client.post(f"/collections/{collection.pk}/delete/").headers["Location"] == "/collections/"
    assert not Collection.objects.exists()
