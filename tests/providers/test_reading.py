"""Wrong types read as nothing, and what is read can be stored."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.providers.reading import (
    MAX_INLINE,
    MAX_RANK,
    dollars,
    picture_url,
    rank,
    read_json,
    record,
    records,
    storable,
    text,
    web_url,
    whole,
)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": ', b"\xff\xfe\xfa", b"[" * 100_000])
def test_it_says_when_a_body_is_no_json(body: bytes) -> None:
    with pytest.raises(ValueError):
        read_json(body)


def test_it_reads_numbers_that_json_does_not_have_as_nothing() -> None:
    assert read_json(b'{"a": NaN, "b": [Infinity, -Infinity, 1]}') == {"a": None, "b": [None, None, 1]}


def test_it_takes_records_from_anything() -> None:
    assert record({"a": 1}) == {"a": 1}
    assert record([1]) == record(None) == {}
    assert records([{"a": 1}, None, 3]) == [{"a": 1}, {}, {}]
    assert records({"a": 1}) == records("ab") == []


def test_it_cleans_and_cuts_text() -> None:
    assert text("  a\x00b\ud800c  ") == "abc"
    assert text("مرحبا 👌🏻") == "مرحبا 👌🏻"
    assert text("x" * 1001) == "x" * 1000
    assert text(5) == text(None) == text(["a"]) == ""


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3),
        (3.0, 3),
        ("3", 3),
        (10**400, 10**400),
        (0, 0),
        (True, None),
        (2.5, None),
        (-1, None),
        ("-1", None),
    ],
)
def test_it_reads_whole_numbers_in_any_dress(value: object, number: int | None) -> None:
    assert whole(value) == number


@pytest.mark.parametrize("value", ["x", "", "٣", None, [], float("inf"), float("nan"), "1" * 19])
def test_it_reads_no_whole_number_in_others(value: object) -> None:
    assert whole(value) is None


@pytest.mark.parametrize(
    ("value", "cost"),
    [
        (0, "0"),
        (0.0015, "0.0015"),
        (0.020000000000000004, "0.02"),
        ("0.0006", "0.0006"),
        (-1, "0"),
        (None, "0"),
        (True, "0"),
        ("NaN", "0"),
        ("free", "0"),
        (1e30, "0"),
        (float("inf"), "0"),
    ],
)
def test_it_reads_costs_to_six_places(value: object, cost: str) -> None:
    assert dollars(value) == Decimal(cost)


def test_it_takes_the_place_for_a_missing_rank() -> None:
    assert rank(5, 1) == rank("5", 1) == rank(5.0, 1) == 5
    assert rank(None, 3) == rank(0, 3) == rank(-4, 3) == rank(MAX_RANK + 1, 3) == 3
    assert rank(None, 99_999) == MAX_RANK


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/a?b=1#c",
        "HTTP://Shop.Example:8080/",
        "https://xn--mnchen-3ya.example/",
        "http://[::1]/",
    ],
)
def test_it_accepts_web_addresses(url: str) -> None:
    assert web_url(f" {url} ") == url


@given(st.from_regex(r"https?://[A-Za-z0-9.:@\[\]-]{0,9}([/?#][!-~ é]{0,9})?", fullmatch=True))
def test_it_reads_a_plain_address_as_any_other(url: str) -> None:
    assert web_url(url) == web_url(f" {url}")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "ftp://host/a",
        "//host/a",
        "/a",
        "https://",
        "https:///a",
        "https://host:99999/",
        "https://[::1/",
        "https://ho st/",
        "https://host/\ta",
        "https://host/" + "a" * 2048,
        None,
        7,
    ],
)
def test_it_refuses_other_addresses(url: object) -> None:
    assert web_url(url) == ""


def test_it_leaves_out_what_jsonb_does_not_take() -> None:
    value = {
        "a\x00": "b\x00",
        "none": None,
        "deep": [[[[[[[1]]]]]]],
        "big": float("inf"),
        "list": [1, True, None],
    }
    assert storable(value) == {"a": "b", "deep": [[[[[None]]]]], "list": [1, True, None]}


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_it_makes_anything_storable(value: object) -> None:
    written = json.dumps(storable(value), allow_nan=False, ensure_ascii=False)
    assert "\\u0000" not in written
    written.encode()


SMALL = "data:image/jpeg;base64,/9j/4AAQSkZJRg=="


@pytest.mark.parametrize("url", [SMALL, "data:image/svg+xml,%3Csvg/%3E", "https://a.example/i.jpg"])
def test_it_accepts_pictures_in_their_addresses(url: str) -> None:
    assert picture_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "data:text/html,<b>",
        "data:image/png;base64,",
        SMALL + "\n",
        SMALL + "A" * MAX_INLINE,
        "javascript:1",
        None,
    ],
)
def test_it_refuses_what_holds_no_picture(url: object) -> None:
    assert picture_url(url) == ""
