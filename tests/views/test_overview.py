"""The first page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from monitor.decisions import decide
from monitor.models import Collection, Match, Search
from tests.factories import (
    make_collection,
    make_found,
    make_image,
    make_match,
    make_run,
    make_search,
    make_target,
)
from tests.views.conftest import ClientFor
from tests.views.counting import queries_of


@pytest.fixture
def collection(workspace: Workspace) -> Collection:
    return make_collection(workspace, name="Product", next_run_at=timezone.now() + timedelta(days=1))


def fill(collection: Collection, n_images: int) -> None:
    """Images with two new matches, a picture and a failed search each."""
    run = make_run(collection, timezone.now() - timedelta(minutes=len(str(n_images)) * n_images))
    for _ in range(n_images):
        image = make_image(collection)
        target = make_target(image)
        for _ in range(2):
            make_found(make_match(image), target, file="pictures/x.jpg")
        make_search(target, run, state=Search.State.FAILED, error="It took too long.")


def text_of(client: Client, path: str = "/") -> str:
    return client.get(path).content.decode()


def test_a_workspace_without_images_is_told_what_to_do(
    owner: User, workspace: Workspace, sign_in: ClientFor
) -> None:
    page = text_of(sign_in(owner))
    assert "Nothing is watched yet." in page
    assert 'href="/images/new/"' in page


def test_a_viewer_is_not_offered_what_only_editors_may(viewer: User, sign_in: ClientFor) -> None:
    page = text_of(sign_in(viewer))
    assert "Ask an owner or an editor to watch the first image." in page
    assert 'href="/images/new/"' not in page


def test_it_says_how_often_people_agreed(owner: User, collection: Collection, sign_in: ClientFor) -> None:
    match = make_match(make_image(collection), verdict="exact")
    decide(Match.objects.filter(pk=match.pk), "allowed", owner, timezone.now())
    assert "The one called copy that was decided so far was confirmed." in text_of(sign_in(owner))


def test_it_says_how_many_matches_are_new(owner: User, collection: Collection, sign_in: ClientFor) -> None:
    client = sign_in(owner)
    image = make_image(collection)
    assert "No new matches this week." in text_of(client)
    match = make_match(image, "https://dealbarn.example/1")
    page = text_of(client)
    assert "1 new match this week." in page
    assert 'title="dealbarn.example"' in page
    assert "1 live match on 1 domain." in page
    assert f'href="/matches/{match.pk}/"' in page


def test_it_names_an_engine_that_failed(owner: User, collection: Collection, sign_in: ClientFor) -> None:
    search = make_search(
        make_target(make_image(collection)), state=Search.State.FAILED, error="It took too long."
    )
    page = text_of(sign_in(owner))
    assert "1 search not done." in page
    assert "It took too long." in page
    assert f'href="/runs/{search.run_id}/"' in page


@pytest.mark.parametrize("query", ["?period=4w&engine=google", "?period=1y", "?period=never&engine=bing"])
def test_it_takes_any_period_and_engine(
    owner: User, collection: Collection, sign_in: ClientFor, query: str
) -> None:
    make_match(make_image(collection))
    page = text_of(sign_in(owner), f"/{query}")
    assert page.count('aria-current="true">') == 2


def test_its_queries_do_not_grow(owner: User, collection: Collection, sign_in: ClientFor) -> None:
    client = sign_in(owner)
    fill(collection, 10)
    few = queries_of(client, "/")
    fill(collection, 10)
    assert queries_of(client, "/") == few <= 18


def test_others_see_their_own(stranger: User, collection: Collection, sign_in: ClientFor) -> None:
    make_match(make_image(collection))
    assert "Nothing is watched yet." in text_of(sign_in(stranger))


def test_one_signs_in_first(client: Client, db: None) -> None:
    assert client.get("/").headers["Location"] == "/accounts/login/?next=/"


def test_more_leads_everywhere(viewer: User, sign_in: ClientFor) -> None:
    page = text_of(sign_in(viewer), "/more/")
    assert 'href="/settings/"' in page
    assert 'action="/accounts/logout/"' in page
