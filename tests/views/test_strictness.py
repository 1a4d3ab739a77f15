"""Choosing how sure to be: what it would change is shown first, and a copy becomes a probable one and back."""

import pytest
from django.test import Client

from accounts.models import User, Workspace
from monitor.models import Match, Strictness, WatchedImage
from monitor.verification import METHOD_VERSION
from tests.factories import make_collection, make_found, make_image, make_look, make_match, make_target
from tests.views.conftest import ClientFor
from tests.views.counting import queries_of

PAGE = "/settings/strictness/"


@pytest.fixture
def image(workspace: Workspace) -> WatchedImage:
    return make_image(make_collection(workspace))


def found(image: WatchedImage, score: float, label: str = "modified") -> Match:
    """A live match with a judged picture."""
    match = make_match(image, verdict=label, score=score, method_version=METHOD_VERSION)
    item = make_found(match, image.targets.first() or make_target(image), file=image.thumbnail.name)
    make_look(item, label, score=score, method_version=METHOD_VERSION)
    return match


def text_of(client: Client, query: str = "", status: int = 200) -> str:
    response = client.get(PAGE + query)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def test_an_address_alone_sets_nothing(workspace: Workspace, editor: User, sign_in: ClientFor) -> None:
    response = sign_in(editor).post(PAGE + "?level=widest")
    assert response.status_code == 422
    assert "Nothing was changed." in response.content.decode()
    assert not Strictness.objects.exists()


def test_it_shows_what_a_level_would_change(image: WatchedImage, editor: User, sign_in: ClientFor) -> None:
    weak, _ = found(image, 0.8), found(image, 0.95, "exact")
    page = text_of(sign_in(editor), "?level=strictest")
    assert "1 match would become only a probable copy." in page
    assert f'href="/matches/{weak.pk}/"' in page
    assert page.count('<span class="becomes">') == 1
    assert "Save “Very strict”" in page
    assert not Strictness.objects.exists()
    assert Match.objects.get(pk=weak.pk).verdict == "modified"


def test_a_wider_level_makes_copies_of_probable_ones(
    image: WatchedImage, editor: User, sign_in: ClientFor
) -> None:
    found(image, 0.7, "probable")
    found(image, 0.55, "probable")
    assert "1 match would become a modified copy." in text_of(sign_in(editor), "?level=wide")
    assert "2 matches would become modified copies." in text_of(sign_in(editor), "?level=widest")


def test_it_saves_and_goes_back(image: WatchedImage, editor: User, sign_in: ClientFor) -> None:
    match, client = found(image, 0.8), sign_in(editor)
    assert client.post(PAGE, {"level": "strictest"})["Location"] == PAGE
    match.refresh_from_db()
    assert match.verdict == "probable"
    page = text_of(client)
    assert "“Very strict” holds from now on. 1 match changed." in page
    assert "“Very strict” holds now" in page
    client.post(PAGE, {"level": "strict"})
    match.refresh_from_db()
    assert match.verdict == "modified"


@pytest.mark.parametrize("level", ["", "0.2", "strictest "])
def test_an_unknown_level_changes_nothing(
    image: WatchedImage, editor: User, sign_in: ClientFor, level: str
) -> None:
    response = sign_in(editor).post(PAGE, {"level": level + "?"})
    assert response.status_code == 422
    assert "Choose one of the levels. Nothing was changed." in response.content.decode()
    assert not Strictness.objects.exists()
    assert "Choose one of the levels." in text_of(sign_in(editor), f"?level={level}?", 422)


def test_those_who_look_may_look(image: WatchedImage, viewer: User, sign_in: ClientFor) -> None:
    found(image, 0.8)
    assert "Save" not in text_of(sign_in(viewer), "?level=strictest")
    assert sign_in(viewer).post(PAGE, {"level": "strictest"}).status_code == 403


def test_an_empty_workspace_has_nothing_to_change(
    workspace: Workspace, editor: User, sign_in: ClientFor
) -> None:
    assert "No match that is there now would change." in text_of(sign_in(editor), "?level=widest")
    assert "“Strict” holds now" in text_of(sign_in(editor), "?q=anything")


@pytest.mark.parametrize("n", [10, 20])
def test_its_queries_do_not_grow(image: WatchedImage, editor: User, sign_in: ClientFor, n: int) -> None:
    for _ in range(n):
        found(image, 0.8)
    assert queries_of(sign_in(editor), f"{PAGE}?level=strictest") == 10
