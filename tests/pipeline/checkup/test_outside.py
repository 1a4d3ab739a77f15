"""Whether the internet reaches our pictures."""

from collections.abc import Sequence

import pytest
from django.db import connection
from pytest_django import Settings

from monitor import safefetch
from monitor.models import WatchedImage
from monitor.pipeline.checkup import outside
from monitor.pipeline.checkup.findings import Finding, State
from tests.factories import make_image
from tests.pipeline.checkup.conftest import AT, HOST, PUBLIC_URL, Internet, states
from tests.safefetch.servers import Reply

pytestmark = pytest.mark.django_db
JPEG = {"Content-Type": "image/jpeg"}


def path_of(image: WatchedImage) -> str:
    return f"/i/{image.public_token}.jpg"


def content_of(image: WatchedImage) -> bytes:
    with image.file.open("rb") as file:
        return bytes(file.read())


def picture(internet: Internet, reply: Reply) -> Finding:
    """What is said of our picture when PUBLIC_URL answers so."""
    image = make_image()
    internet({path_of(image): reply})
    return outside.check(AT)[-1]


def test_it_is_fine_when_our_picture_comes_back(public: str, internet: Internet) -> None:
    image = make_image()
    internet({path_of(image): Reply(headers=JPEG, body=content_of(image))})
    findings = outside.check(AT)
    assert set(states(findings).values()) == {State.OK}
    assert "only somebody outside can prove it" in findings[-1].sentence


def test_it_asks_the_outside_in_no_transaction(
    public: str, internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, ask, depths = make_image(), safefetch.ask, []
    internet({path_of(image): Reply(headers=JPEG, body=content_of(image))})

    def noted(url: str, *, max_bytes: int, deadline: float) -> safefetch.Answered:
        depths.append(len(connection.savepoint_ids))
        return ask(url, max_bytes=max_bytes, deadline=deadline)

    monkeypatch.setattr(safefetch, "ask", noted)
    outside.check(AT)
    assert depths == [len(connection.savepoint_ids)]


@pytest.mark.parametrize(("has_google", "state"), [(True, State.BAD), (False, State.OFF)])
def test_it_needs_a_public_address_for_google_only(
    settings: Settings, has_google: bool, state: State
) -> None:
    settings.PUBLIC_URL, settings.HAS_DATAFORSEO = "", has_google
    (finding,) = outside.check(AT)
    assert finding.state == state
    assert "PUBLIC_URL" in finding.remedy


def test_an_address_of_the_inside_is_bad(public: str, inside: None) -> None:
    findings = outside.check(AT)
    assert states(findings)[outside.ADDRESS] == State.BAD
    assert HOST in findings[0].sentence
    assert outside.PICTURE not in states(findings)


def test_an_unencrypted_address_needs_a_look(public: str, settings: Settings, internet: Internet) -> None:
    settings.PUBLIC_URL, settings.IS_HTTPS = f"http://{HOST}", False
    internet({})
    assert states(outside.check(AT))[outside.HTTPS] == State.WARNING


def test_without_an_image_nothing_is_known(public: str, internet: Internet) -> None:
    server = internet({})
    assert states(outside.check(AT))[outside.PICTURE] == State.UNKNOWN
    assert not server.seen


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(status=404), "status 404"),
        (Reply(status=502), "status 502"),
        (Reply(status=401), "A sign-in or a filter"),
        (Reply(status=403), "A sign-in or a filter"),
        (Reply(headers={"Content-Type": "text/html; charset=utf-8"}, body=b"<html>"), "a page for people"),
        (Reply(body=b"?"), "something without a type"),
        (Reply(headers=JPEG, body=b"smaller"), "byte for byte"),
        (
            Reply(status=302, headers={"Location": "https://login.shop-a.com/sso?next=secret"}),
            "login.shop-a.com/sso,",
        ),
        (Reply(status=302, headers={"Location": "/accounts/login/?next=/i/"}), "to /accounts/login/,"),
    ],
)
def test_anything_but_our_picture_is_bad(public: str, internet: Internet, reply: Reply, words: str) -> None:
    finding = picture(internet, reply)
    assert (finding.name, finding.state) == (outside.PICTURE, State.BAD)
    assert words in finding.sentence
    assert finding.remedy


def test_it_knows_the_endless_redirect_of_a_silent_proxy(public: str, internet: Internet) -> None:
    image = make_image()
    internet({path_of(image): Reply(status=301, headers={"Location": PUBLIC_URL + path_of(image)})})
    finding = outside.check(AT)[-1]
    assert finding.state == State.BAD
    assert "X-Forwarded-Proto" in finding.remedy


def test_a_server_that_breaks_off_is_bad_and_says_what_that_proves(public: str, internet: Internet) -> None:
    finding = picture(internet, Reply(headers={**JPEG, "Content-Length": "50"}, body=b"short"))
    assert finding.state == State.BAD
    assert "from this machine" in finding.remedy


def sentences(findings: Sequence[Finding]) -> str:
    return " ".join(f"{finding.sentence} {finding.remedy}" for finding in findings)


def test_it_never_shows_the_pictures_secret_address(public: str, internet: Internet) -> None:
    image = make_image()
    internet({path_of(image): Reply(status=404)})
    assert image.public_token not in sentences(outside.check(AT))
