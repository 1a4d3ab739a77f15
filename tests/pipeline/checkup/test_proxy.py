"""What stands between the internet and this app."""

import pytest
from pytest_django import Settings

from monitor.pipeline.checkup import proxy
from monitor.pipeline.checkup.findings import State
from tests.pipeline.checkup.conftest import AT, HOST, Internet, set_env, states
from tests.safefetch.servers import Reply

OURS = b'{"database": "ok"}'
HSTS = {"Strict-Transport-Security": "max-age=31536000"}


def test_it_is_off_without_a_public_address(settings: Settings) -> None:
    settings.PUBLIC_URL = ""
    assert states(proxy.check(AT)) == {proxy.ANSWER: State.OFF}


def test_it_is_fine_when_the_app_answers_and_knows_that_it_is_encrypted(
    public: str, internet: Internet
) -> None:
    server = internet({"/health/": Reply(headers=HSTS, body=OURS)})
    assert set(states(proxy.check(AT)).values()) == {State.OK}
    assert [seen.headers["host"] for seen in server.seen] == [HOST]


def test_an_app_that_does_not_know_that_it_is_encrypted_is_bad(public: str, internet: Internet) -> None:
    internet({"/health/": Reply(body=OURS)})
    assert states(proxy.check(AT))[proxy.HSTS] == State.BAD


def test_nothing_is_said_of_encryption_where_there_is_none(
    public: str, settings: Settings, internet: Internet
) -> None:
    settings.IS_HTTPS = False
    internet({"/health/": Reply(body=OURS)})
    assert proxy.HSTS not in states(proxy.check(AT))


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(status=400), "for its host name"),
        (Reply(status=301, headers={"Location": "/elsewhere"}), "was redirected"),
        (Reply(status=502), "the app behind it does not"),
        (Reply(status=404), "Something else than this app"),
        (Reply(body=b"<html>Welcome to nginx"), "Something else than this app"),
        (Reply(body=b"7"), "Something else than this app"),
        (Reply(body=b'"database"'), "Something else than this app"),
    ],
)
def test_any_other_answer_is_bad(public: str, internet: Internet, reply: Reply, words: str) -> None:
    internet({"/health/": reply})
    finding = proxy.check(AT)[-1]
    assert (finding.name, finding.state) == (proxy.ANSWER, State.BAD)
    assert words in finding.sentence
    assert "Host" in finding.remedy


def test_no_answer_tells_nothing(public: str, inside: None) -> None:
    finding = proxy.check(AT)[-1]
    assert (finding.name, finding.state) == (proxy.ANSWER, State.UNKNOWN)
    assert "not on the public internet" in finding.sentence


@pytest.mark.parametrize(
    ("names", "state"),
    [
        ((HOST,), State.OK),
        ((".shop-a.com",), State.OK),
        (("localhost", "Pictures.Shop-A.com"), State.OK),
        (("localhost",), State.BAD),
        (("other.shop-a.com", ".pictures.shop-a.com.evil"), State.BAD),
        (("*",), State.WARNING),
    ],
)
def test_pages_have_to_answer_to_the_public_name(
    public: str, settings: Settings, internet: Internet, names: tuple[str, ...], state: State
) -> None:
    set_env(settings, allowed_hosts=names)
    internet({"/health/": Reply(body=OURS)})
    assert states(proxy.check(AT))[proxy.HOSTS] == state
