"""The mails as the app shows them, and the way from a mail into the app."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import Role, User, Workspace
from monitor.models import Alert, AlertItem, Collection, Delivery, Match, Picture
from tests import factories
from tests.accounts.conftest import ClientFor

AT = datetime(2026, 3, 9, 6, tzinfo=UTC)
Outcome = Delivery.Outcome


@pytest.fixture
def collection(workspace: Workspace) -> Collection:
    return factories.make_collection(workspace, name="Product")


def make_mail(
    person: User, collection: Collection, matches: int = 2, at: datetime = AT, **fields: Any
) -> Delivery:
    """A mail that was written, with as many matches of one image, and pictures for the odd ones."""
    alert = Alert.objects.create(
        kind=Alert.Kind.DIGEST, user=person, collection=collection, workspace=collection.workspace,
        due_at=at, closed_at=at, day=at.date(),
    )  # fmt: skip
    image = factories.make_image(collection)
    target = factories.make_target(image)
    for number in range(matches):
        match = factories.make_match(image, f"https://shop{number}.example/p/{number}")
        state = Picture.State.FETCHED if number % 2 else Picture.State.FAILED
        factories.make_found(match, target, state=state, error="" if number % 2 else "The site said no.")
        AlertItem.objects.create(alert=alert, user=person, match=match, ranks={"google": number + 1})
    values: dict[str, Any] = {
        "outcome": Outcome.SENT,
        "sent_at": at,
        "subject": "News",
        "text": "The words.",
        "attempts": 1,
    }
    message_id = f"<{alert.pk}@test>"
    return Delivery.objects.create(
        alert=alert, address=person.email, message_id=message_id, **values | fields
    )


def shown(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_says_what_became_of_each_mail(
    owner: User, collection: Collection, sign_in: ClientFor
) -> None:
    outcomes: list[tuple[dict[str, Any], str]] = [
        ({"outcome": Outcome.SENT}, "Sent"),
        ({"outcome": Outcome.KEPT}, "There was no mail server."),
        ({"outcome": Outcome.FAILED, "error": "It was refused."}, "It was refused. It is not tried again"),
        ({"outcome": Outcome.DROPPED, "error": "Turned off."}, "Turned off."),
        ({"outcome": Outcome.WAITING, "error": "No answer.", "attempts": 2}, "No answer. It is tried again"),
        ({"outcome": Outcome.WAITING, "attempts": 0, "subject": ""}, "Goes out"),
        ({"outcome": Outcome.SENDING}, "Being sent"),
    ]
    for day, (fields, _) in enumerate(outcomes):
        make_mail(owner, collection, at=AT + timedelta(days=day), **fields)
    page = shown(sign_in(owner), "deliveries")
    for _, words in outcomes:
        assert words in page
    assert "Daily digest of Product" in page


def test_the_list_says_that_there_is_no_mail_server(
    owner: User, collection: Collection, sign_in: ClientFor, settings: Settings
) -> None:
    assert "No mail server is set up" in shown(sign_in(owner), "deliveries")
    settings.EMAIL_CONFIG = object()
    assert "No mail server is set up" not in shown(sign_in(owner), "deliveries")


def test_an_empty_list_says_what_will_be_there(owner: User, workspace: Workspace, sign_in: ClientFor) -> None:
    assert "No mail yet" in shown(sign_in(owner), "deliveries")


def test_people_read_their_own_mails_and_owners_all(
    owner: User, viewer: User, editor: User, collection: Collection, sign_in: ClientFor
) -> None:
    mail = make_mail(viewer, collection)
    for person, status in ((owner, 200), (viewer, 200), (editor, 404)):
        assert sign_in(person).get(reverse("delivery", args=[mail.pk])).status_code == status
    assert viewer.email in shown(sign_in(owner), "deliveries")
    assert "News" not in shown(sign_in(editor), "deliveries")


@pytest.mark.parametrize("name", ["delivery", "delivery-body"])
def test_a_stranger_finds_nothing(
    name: str, owner: User, collection: Collection, stranger: User, sign_in: ClientFor
) -> None:
    mail = make_mail(owner, collection)
    assert sign_in(stranger).get(reverse(name, args=[mail.pk])).status_code == 404
    assert "News" not in shown(sign_in(stranger), "deliveries")
    assert sign_in(None).get(reverse(name, args=[mail.pk])).status_code == 302


def test_the_list_is_split_into_pages(owner: User, collection: Collection, sign_in: ClientFor) -> None:
    for number in range(51):
        make_mail(owner, collection, 0, AT + timedelta(days=number), subject=f"News {number}.")
    client = sign_in(owner)
    first, second = (
        shown(client, "deliveries"),
        client.get(reverse("deliveries"), {"page": "2"}).content.decode(),
    )
    assert "News 50." in first
    assert "News 0." not in first
    assert "News 0." in second


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def test_the_list_costs_the_same_however_long_it_is(
    owner: User, collection: Collection, sign_in: ClientFor
) -> None:
    client, path = sign_in(owner), reverse("deliveries")
    counts = []
    for start in (0, 10):
        for number in range(10):
            make_mail(owner, collection, 1, AT + timedelta(days=start + number))
        counts.append(queries(client, path))
    assert counts[0] == counts[1]


def test_a_mail_costs_the_same_however_many_matches_it_holds(
    owner: User, collection: Collection, sign_in: ClientFor
) -> None:
    few, many = make_mail(owner, collection, 2), make_mail(owner, collection, 20, AT + timedelta(days=1))
    client = sign_in(owner)
    assert queries(client, reverse("delivery", args=[few.pk])) == queries(
        client, reverse("delivery", args=[many.pk])
    )


def test_a_mail_reads_as_it_went_out(owner: User, collection: Collection, sign_in: ClientFor) -> None:
    mail = make_mail(owner, collection, 10)
    Alert.objects.update(unread_engines=[{"engine": "Yandex", "missed": 1, "asked": 1}])
    page = shown(sign_in(owner), "delivery", mail.pk)
    match = Match.objects.get(page_url="https://shop1.example/p/1")
    for part in (
        "Tidal mug appears in 10 new places",
        "shop1.example/p/1",
        "Google 2.",
        reverse("image-thumbnail", args=[match.watched_image_id]),
        reverse("found-picture", args=[match.items.get().pk]),
        "The site said no.",
        "and 2 more",
        "Yandex could not be read this time",
    ):
        assert part in page
    assert "shop9.example" not in page


def test_a_mail_whose_image_was_deleted_keeps_its_text(
    owner: User, collection: Collection, sign_in: ClientFor
) -> None:
    mail = make_mail(owner, collection)
    AlertItem.objects.all().delete()
    client = sign_in(owner)
    assert "No matches are left in this mail" in shown(client, "delivery", mail.pk)
    response = client.get(reverse("delivery-body", args=[mail.pk]))
    assert (response.content, response["Content-Type"]) == (b"The words.", "text/plain; charset=utf-8")


def test_a_mail_that_is_not_written_yet_has_no_text_version(
    owner: User, collection: Collection, sign_in: ClientFor
) -> None:
    mail = make_mail(owner, collection, subject="", text="", outcome=Outcome.WAITING, attempts=0)
    client = sign_in(owner)
    assert "Text version" not in shown(client, "delivery", mail.pk)
    assert client.get(reverse("delivery-body", args=[mail.pk])).status_code == 404


def test_a_link_in_a_mail_leads_into_its_workspace(
    owner: User, workspace: Workspace, sign_in: ClientFor
) -> None:
    other = factories.make_workspace(name="Another client")
    factories.make_member(other, Role.VIEWER, user=owner)
    client = sign_in(owner)
    response = client.get(reverse("mail-go", args=[other.pk]), {"to": "/more/?a=1"})
    assert (response.status_code, response["Location"]) == (302, "/more/?a=1")
    assert client.get("/more/").context["request"].workspace == other


def test_somebody_who_is_not_signed_in_signs_in_first(workspace: Workspace, sign_in: ClientFor) -> None:
    response = sign_in(None).get(reverse("mail-go", args=[workspace.pk]), {"to": "/more/"})
    assert response["Location"].startswith("/accounts/login/?next=/mail/go/")


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example/", "/\\evil.example", "", "javascript:x"]
)
def test_a_link_leads_nowhere_else(owner: User, workspace: Workspace, sign_in: ClientFor, to: str) -> None:
    assert sign_in(owner).get(reverse("mail-go", args=[workspace.pk]), {"to": to}).status_code == 404


def test_a_link_into_a_strangers_workspace_is_not_found(
    workspace: Workspace, stranger: User, sign_in: ClientFor
) -> None:
    path = reverse("mail-go", args=[workspace.pk])
    assert sign_in(stranger).get(path, {"to": "/more/"}).status_code == 404
