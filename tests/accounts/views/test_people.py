"""One's own account."""

from accounts.models import User, Workspace
from tests.accounts.conftest import ClientFor


def test_it_saves_name_and_shortcuts(sign_in: ClientFor, viewer: User) -> None:
    client = sign_in(viewer)
    body = client.post("/account/", {"name": "Vera Vogel"}, follow=True).content.decode()
    assert "Your account is saved." in body
    viewer.refresh_from_db()
    assert (viewer.name, viewer.shortcuts) == ("Vera Vogel", False)


def test_it_shows_the_address_and_does_not_change_it(sign_in: ClientFor, viewer: User) -> None:
    client = sign_in(viewer)
    assert "vera@example.com" in client.get("/account/").content.decode()
    client.post("/account/", {"name": "Vera", "email": "other@example.com", "is_staff": "on"})
    viewer.refresh_from_db()
    assert (viewer.email, viewer.is_staff) == ("vera@example.com", False)


def test_it_says_what_is_wrong(sign_in: ClientFor, viewer: User) -> None:
    response = sign_in(viewer).post("/account/", {"name": "V" * 151})
    assert response.status_code == 422
    assert "at most 150 characters" in response.content.decode()


def test_it_asks_to_sign_in(sign_in: ClientFor, workspace: Workspace) -> None:
    assert sign_in(None).get("/account/")["Location"] == "/accounts/login/?next=/account/"
