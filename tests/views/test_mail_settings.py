"""Choosing how often mails come, and leaving them without signing in."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, User, Workspace
from monitor.alerts import following, links
from monitor.models import Collection, Follow
from tests import factories
from tests.accounts.conftest import ClientFor

PATH = "/mail/settings/"


@pytest.fixture
def collection(workspace: Workspace) -> Collection:
    return factories.make_collection(workspace, name="Product")


@pytest.fixture
def link(viewer: User, collection: Collection) -> str:
    """The way out of the mails that a viewer gets each day."""
    following.choose(viewer, collection, "daily", timezone.now())
    subscription = links.Subscription(user_id=viewer.pk, collection_id=collection.pk)
    return links.unsubscribe_url(subscription).removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def strict_browser() -> Client:
    """Nobody signed in, and forms are checked for their token."""
    return Client(enforce_csrf_checks=True)


def test_it_saves_the_choice_for_each_collection(
    viewer: User, workspace: Workspace, collection: Collection, sign_in: ClientFor
) -> None:
    other = factories.make_collection(workspace, name="Campaign")
    client = sign_in(viewer)
    assert client.get(PATH).content.decode().count('value="off" selected') == 2
    data = {f"collection-{collection.pk}": "each_run", f"collection-{other.pk}": "off"}
    assert client.post(PATH, data, follow=True).redirect_chain == [(PATH, 302)]
    assert following.frequencies(viewer, [collection, other]) == {collection.pk: "each_run", other.pk: "off"}
    assert Follow.objects.count() == 1


def test_saving_the_same_again_changes_nothing(
    viewer: User, collection: Collection, sign_in: ClientFor
) -> None:
    following.choose(viewer, collection, "daily", timezone.now())
    before = Follow.objects.values().get()
    sign_in(viewer).post(PATH, {f"collection-{collection.pk}": "daily"})
    assert Follow.objects.values().get() == before


def test_an_unknown_choice_is_refused(viewer: User, collection: Collection, sign_in: ClientFor) -> None:
    response = sign_in(viewer).post(PATH, {f"collection-{collection.pk}": "hourly"})
    assert response.status_code == 422
    assert not Follow.objects.exists()


def test_other_workspaces_collections_cannot_be_chosen(
    stranger: User, collection: Collection, sign_in: ClientFor
) -> None:
    mine = factories.make_collection(stranger.workspaces.get())
    data = {f"collection-{collection.pk}": "daily", f"collection-{mine.pk}": "daily"}
    sign_in(stranger).post(PATH, data)
    assert [follow.collection for follow in Follow.objects.all()] == [mine]


def test_without_collections_it_says_so(owner: User, workspace: Workspace, sign_in: ClientFor) -> None:
    assert "No collections yet" in sign_in(owner).get(PATH).content.decode()


def test_looking_at_the_way_out_changes_nothing(
    link: str, viewer: User, collection: Collection, strict_browser: Client
) -> None:
    page = strict_browser.get(link).content.decode()
    assert "Stop mails about Product?" in page
    assert following.frequency_of(viewer, collection) == "daily"


def test_one_click_of_a_mail_program_ends_the_mails(
    link: str, viewer: User, collection: Collection, strict_browser: Client
) -> None:
    for _ in range(2):
        response = strict_browser.post(link, {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert following.frequency_of(viewer, collection) == "off"
    assert "You get no mails about Product" in strict_browser.get(link).content.decode()


@pytest.mark.parametrize("frequency", ["daily", "each_run"])
def test_there_is_a_way_back(
    link: str, viewer: User, collection: Collection, strict_browser: Client, frequency: str
) -> None:
    strict_browser.post(link, {"frequency": "off"})
    strict_browser.post(link, {"frequency": frequency})
    assert following.frequency_of(viewer, collection) == frequency


def test_somebody_who_left_can_stop_but_not_begin(
    link: str, viewer: User, collection: Collection, strict_browser: Client
) -> None:
    Membership.objects.filter(user=viewer).delete()
    strict_browser.post(link, {"frequency": "off"})
    assert "each_run" not in strict_browser.get(link).content.decode()
    strict_browser.post(link, {"frequency": "daily"})
    assert following.frequency_of(viewer, collection) == "off"


def test_the_way_out_touches_nobody_elses_mails(
    link: str, owner: User, collection: Collection, strict_browser: Client
) -> None:
    following.choose(owner, collection, "daily", timezone.now())
    strict_browser.post(link)
    assert following.frequency_of(owner, collection) == "daily"


def test_a_made_up_token_is_not_found(link: str, strict_browser: Client) -> None:
    assert strict_browser.post(link[:-3] + "xx/").status_code == 404
    assert strict_browser.get("/unsubscribe/nothing/").status_code == 404


def test_a_deleted_collection_has_no_mails_to_leave(
    link: str, collection: Collection, strict_browser: Client
) -> None:
    collection.delete()
    assert strict_browser.get(link).status_code == 404
