"""What every answer carries, and what is kept out before any page looks at it."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/i/%00.jpg", "/invitations/a%00b/", "/images/?q=a%00b", "/accounts/login/?next=/%00"]
)
def test_a_character_that_no_text_may_hold_is_refused(client: Client, path: str) -> None:
    assert client.get(path).status_code == 400


def test_it_is_refused_in_a_cookie_too(client: Client) -> None:
    assert client.get("/", headers={"cookie": 'sessionid="abcdefgh\\000ijkl"'}).status_code == 400


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "unheard-of"])
def test_every_text_is_utf_8_whatever_a_header_says(client: Client, charset: str) -> None:
    page = "/accounts/login/?next=%2Fimages%2F"
    assert 'value="/images/"' in client.get(page, headers={"content-type": f"a/b; charset={charset}"}).text
    sent = b'--X\r\nContent-Disposition: form-data; name="login"\r\n\r\na+2AA-\r\n--X--\r\n'
    answer = client.generic("POST", page, sent, f"multipart/form-data; boundary=X; charset={charset}")
    assert 'value="a+2AA-"' in answer.text


def test_pages_are_kept_by_no_cache_that_others_share(client: Client) -> None:
    for path in ("/accounts/inactive/", "/matches.csv", "/no-such-page/"):
        assert client.get(path)["Cache-Control"] == "private, no-cache"


def test_a_form_that_waited_too_long_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/")
    assert answer.status_code == 403
    assert "Go back, load the page again" in answer.text
    assert "<style" not in answer.text
