"""The first account, made through a one-time link."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.first_owner import SALT, OwnerExists, create_first_owner, first_owner_link, is_wanted
from accounts.models import Membership, Role, User, Workspace
from tests.factories import make_user, make_workspace

FORM = {
    "name": "Olga Lind",
    "email": "Olga@Example.com",
    "password1": "a long enough secret",
    "password2": "a long enough secret",
    "workspace": "Northlight",
    "country": "DE",
    "language": "de",
    "time_zone": "Europe/Berlin",
}


@pytest.fixture
def path(db: None, settings: Settings) -> str:
    settings.PUBLIC_URL = settings.BASE_URL = "https://where.example"
    link = first_owner_link()
    assert link.startswith("https://where.example/accounts/first-owner/")
    return link.removeprefix("https://where.example")


def test_it_makes_the_operator_with_a_workspace(client: Client, path: str) -> None:
    response = client.post(path, FORM)
    assert response["Location"] == "/"
    user = User.objects.get()
    assert (user.email, user.name, user.is_staff) == ("olga@example.com", "Olga Lind", True)
    workspace = Workspace.objects.get()
    assert (workspace.name, workspace.country, workspace.language) == ("Northlight", "DE", "de")
    assert workspace.time_zone == "Europe/Berlin"
    assert Membership.objects.get().role == Role.OWNER
    assert client.session["_auth_user_id"] == str(user.pk)


def test_it_works_once(client: Client, path: str) -> None:
    client.post(path, FORM)
    for response in (Client().get(path), Client().post(path, FORM | {"email": "second@example.com"})):
        assert response.status_code == 410
        assert "The first account of this installation is made." in response.content.decode()
    assert User.objects.count() == 1
    assert first_owner_link() == ""


def test_it_tells_the_slower_of_two_people(
    client: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_workspace(make_user())
    monkeypatch.setattr("accounts.views.entrance.is_wanted", lambda: True)  # as it was a moment before
    assert client.post(path, FORM).status_code == 410
    assert User.objects.count() == 1


def test_it_does_not_count_demo_people(client: Client, path: str) -> None:
    make_workspace(make_user(), is_demo=True)
    assert is_wanted()
    assert client.post(path, FORM).status_code == 302
    assert not is_wanted()


def test_it_does_not_count_people_without_a_place(db: None) -> None:
    person = make_user()
    assert is_wanted()
    make_workspace(person, is_demo=True)
    assert is_wanted()
    make_workspace(person)
    assert not is_wanted()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "nonsense", "Enter a valid email address."),
        ("password1", "", "This field is required."),
        ("password1", "short", "This password is too short."),
        ("password1", "password123", "This password is too common."),
        ("password1", "olga@example.com", "too similar to the email"),
        ("password2", "something else", "The two passwords differ."),
        ("time_zone", "Mars/Olympus", "Select a valid choice."),
        ("workspace", "", "This field is required."),
    ],
)
def test_it_says_what_is_wrong_and_makes_nothing(
    client: Client, path: str, field: str, value: str, sentence: str
) -> None:
    body = client.post(path, FORM | {field: value}).content.decode()
    assert sentence in body
    assert f'aria-describedby="id_{field}' in body
    assert not User.objects.exists()


def test_it_refuses_the_address_of_the_demo(client: Client, path: str) -> None:
    make_workspace(make_user("demo@example.com"), is_demo=True)
    body = client.post(path, FORM | {"email": "Demo@example.com"}).content.decode()
    assert "An account with this address exists already." in body


@pytest.mark.parametrize(
    "token", ["nonsense", signing.dumps("first owner", salt="another salt")], ids=["nonsense", "another salt"]
)
def test_it_refuses_a_token_that_is_not_ours(client: Client, db: None, token: str) -> None:
    response = client.post(f"/accounts/first-owner/{token}/", FORM)
    assert response.status_code == 410
    assert "first_owner_link" in response.content.decode()
    assert not User.objects.exists()


def test_it_refuses_a_link_older_than_a_week(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.core.signing.time.time", lambda: 1_000_000.0)
    token = signing.dumps("first owner", salt=SALT)
    monkeypatch.undo()
    assert client.get(f"/accounts/first-owner/{token}/").status_code == 410


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_owner_when_two_press_at_once() -> None:
    def press(number: int) -> bool:
        try:
            create_first_owner(
                email=f"{number}@example.com",
                password="a long enough secret",
                name="",
                workspace="W",
                country="US",
                language="en",
                time_zone="UTC",
            )
        except OwnerExists:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(press, range(4)))
    assert made.count(True) == 1
    assert User.objects.count() == Workspace.objects.count() == 1
