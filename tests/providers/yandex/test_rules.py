"""The rules for a call to Yandex."""

import pytest

from monitor.providers.base import Query
from monitor.providers.yandex import rules

ADDRESS = "https://images.test/1.jpg"


@pytest.mark.parametrize(
    "site", ["example.com", "www.shop.example.co.uk", "xn--e1afmkfd.xn--p1ai", "пример.рф"]
)
def test_it_takes_a_domain(site: str) -> None:
    assert rules.site(site) == ""


@pytest.mark.parametrize(
    "site",
    ["example", "https://example.com", "example.com/shop", "example.com:80", "a b.com", ".com", "1.2", None],
)
def test_it_takes_nothing_but_a_domain(site: object) -> None:
    assert rules.site(site) == rules.BAD_SITE


@pytest.mark.parametrize("mode", ["none", "moderate", "strict", "FAMILY_MODE_STRICT"])
def test_it_knows_the_family_modes(mode: str) -> None:
    assert rules.family_mode(mode) == ""
    assert rules.wire_mode(mode) == "FAMILY_MODE_" + mode.upper().removeprefix("FAMILY_MODE_")


def test_the_picture_is_named_once() -> None:
    named = {
        "id": Query(tag="t", settings={}, image=b"x", image_url=ADDRESS, cbir_id="1/a"),
        "data": Query(tag="t", settings={}, image=b"x", image_url=ADDRESS),
        "url": Query(tag="t", settings={}, image_url=ADDRESS),
    }
    assert {rules.input_of(query): query for query in named.values()} == named
    assert [rules.flaw(query) for query in named.values()] == ["", "", ""]


def test_limits_hold_at_their_edges() -> None:
    query = Query(tag="t", settings={}, image=b"x" * rules.MAX_IMAGE_BYTES)
    assert rules.flaw(query) == ""
    assert rules.flaw(Query(tag="t", settings={}, image=query.image + b"x")) == rules.TOO_LARGE
    stem = "https://images.test/"
    longest = stem + "a" * (rules.MAX_URL - len(stem))
    assert rules.flaw(Query(tag="t", settings={}, image_url=longest)) == ""
    assert rules.flaw(Query(tag="t", settings={}, image_url=longest + "a")) == rules.BAD_ADDRESS
