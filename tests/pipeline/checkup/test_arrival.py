"""What the reverse proxy told of a request."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from monitor.pipeline.checkup import arrival
from monitor.pipeline.checkup.arrival import Arrival
from monitor.pipeline.checkup.findings import State
from tests.pipeline.checkup.conftest import HOST, states


def came(host: str = HOST, proto: str = "https", forwarded: str = "203.0.113.9") -> Arrival:
    return Arrival(host=host, proto=proto, forwarded=forwarded)


def test_it_reads_the_headers_as_they_came() -> None:
    request = RequestFactory().get(
        "/setup/", headers={"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    )
    assert Arrival.of(request) == came()
    assert Arrival.of(RequestFactory().get("/")).forwarded == ""


def test_all_is_well_behind_a_good_proxy(public: str) -> None:
    assert states(arrival.check(came())) == {
        arrival.HOST: State.OK,
        arrival.PROTO: State.OK,
        arrival.FORWARDED: State.OK,
    }


def test_a_port_in_the_host_does_not_matter(public: str) -> None:
    assert states(arrival.check(came(host=f"{HOST.upper()}:443")))[arrival.HOST] == State.OK


@pytest.mark.parametrize(("proto", "said"), [("", "says nothing"), ("http", "says “http”")])
def test_a_proxy_that_does_not_say_https_is_bad(public: str, proto: str, said: str) -> None:
    finding = arrival.check(came(proto=proto))[1]
    assert (finding.name, finding.state) == (arrival.PROTO, State.BAD)
    assert said in finding.sentence


def test_a_proxy_that_does_not_say_who_asks_is_bad(public: str) -> None:
    assert states(arrival.check(came(forwarded=" ")))[arrival.FORWARDED] == State.BAD


def test_a_proxy_that_adds_to_what_it_got_needs_a_look(public: str) -> None:
    finding = arrival.check(came(forwarded="198.51.100.1, 203.0.113.9"))[2]
    assert (finding.name, finding.state) == (arrival.FORWARDED, State.WARNING)
    assert "203.0.113.9" in finding.sentence


def test_another_name_tells_nothing_of_the_proxy(public: str) -> None:
    assert states(arrival.check(came(host="127.0.0.1:8000"))) == {arrival.HOST: State.UNKNOWN}


def test_nothing_is_expected_of_a_proxy_without_encryption(public: str, settings: Settings) -> None:
    settings.IS_HTTPS = False
    assert states(arrival.check(came(proto="", forwarded=""))) == {arrival.HOST: State.OK}


@pytest.mark.parametrize(
    ("proto", "forwarded", "state"),
    [("", "", State.OFF), ("https", "", State.WARNING), ("", "203.0.113.9", State.WARNING)],
)
def test_without_a_public_address_a_proxy_is_a_surprise(
    settings: Settings, proto: str, forwarded: str, state: State
) -> None:
    settings.PUBLIC_URL = ""
    (finding,) = arrival.check(came(proto=proto, forwarded=forwarded))
    assert finding.state == state
