"""The commands for an operator at the machine."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from tests.factories import make_user, make_workspace


def printed(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue().strip()


def test_it_prints_the_first_owners_link_until_there_is_one(client: Client, db: None) -> None:
    link = printed("first_owner_link")
    assert client.get(link[link.index("/accounts/") :]).status_code == 200
    make_workspace(make_user())
    assert printed("first_owner_link") == ""


def test_it_prints_a_link_to_choose_a_new_password(client: Client, owner: User) -> None:
    link = printed("password_link", "OLGA@example.com")
    page = client.get(link[link.index("/accounts/") :], follow=True)
    assert "Choose a new password" in page.content.decode()


def test_it_says_when_nobody_has_the_address(db: None) -> None:
    with pytest.raises(CommandError, match=r"No account has the address nobody@example\.com\."):
        printed("password_link", "nobody@example.com")
