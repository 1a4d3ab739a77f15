"""Yandex's pages become items: every stored page, proto3 omissions and odd values."""

import json

import pytest

from monitor.providers.base import Item, OutcomeUnknown
from monitor.providers.yandex.parse import parse
from tests.providers.wire import payload

CBIR_ID = "1716254/_KnCt2T9gLh4z8SSv8nVqQ7277"


def body(name: str) -> bytes:
    """The answer inside a stored page."""
    return json.dumps(json.loads(payload(f"yandex/{name}.json"))["body"]).encode()


def test_it_reads_the_documentations_page_whole() -> None:
    found = parse(body("docs_sample_page3"), page=3, first_rank=121)
    assert (found.page, found.cbir_id, found.is_partial, found.unusable) == (3, CBIR_ID, False, 0)
    assert found.items == (
        Item(
            kind="images",
            page_url="https://www.pinterest.com/pin/how-to-enrich-your-cute-cats-life--703194929319013467/",
            title="How to enrich your cute cats' life? Cute cats, Indoor cat, Cats",
            image_url="https://cs10.pikabu.ru/post_img/2019/10/29/8/og_og_1572352646221687176.jpg",
            rank_absolute=121,
            rank_group=1,
            snippet="This Pin was discovered by Some Dude.",
            width=570,
            height=960,
            extra={"format": "IMAGE_FORMAT_JPEG", "host": "www.pinterest.com"},
        ),
    )


@pytest.mark.parametrize(
    ("name", "page", "count"),
    [
        ("page0_40_no_maxpage", 0, 40),
        ("page0_40_with_maxpage", 0, 40),
        ("page1_40", 1, 40),
        ("last_page_short", 2, 17),
        ("past_last_page_empty", 3, 0),
        ("nothing_found_page0", 0, 0),
        ("totally_empty", 0, 0),
        ("item_unspecified_format_and_missing_fields", 0, 2),
    ],
)
def test_it_reads_every_stored_page(name: str, page: int, count: int) -> None:
    found = parse(body(name), page=page, first_rank=page * 40 + 1)
    assert (found.page, len(found.items), found.unusable) == (page, count, 0)
    assert [item.rank_absolute for item in found.items] == [
        page * 40 + place for place in range(1, count + 1)
    ]
    assert [item.rank_group for item in found.items] == list(range(1, count + 1))
    assert {item.kind for item in found.items} <= {"images"}


def test_it_takes_the_page_that_was_asked_when_the_answer_leaves_it_out() -> None:
    assert parse(b"{}", page=4).page == 4
    assert parse(b'{"page": "2"}', page=4).page == 2
    assert parse(b'{"page": 2}', page=4).page == 2


def test_it_reads_items_with_missing_fields() -> None:
    first, second = parse(body("item_unspecified_format_and_missing_fields")).items
    assert (first.title, first.snippet, first.width, first.height) == ("", "", None, None)
    assert first.extra == {"host": "site.example.net"}
    assert second.extra == {"format": 7}


def test_it_trims_the_passage() -> None:
    assert parse(body("page1_40")).items[0].snippet == "Synthetic passage 0"


def test_it_counts_what_it_cannot_use_and_leaves_no_gap_in_the_ranks() -> None:
    images = [
        None,
        {"pageUrl": "https://a.example/"},
        {"pageUrl": "mailto:x"},
        5,
        {"pageUrl": "https://b.example/"},
    ]
    found = parse(json.dumps({"images": images}).encode(), first_rank=41)
    assert [item.rank_absolute for item in found.items] == [41, 42]
    assert found.unusable == 3


@pytest.mark.parametrize("width", ["0", -4, "99999999999", "wide", None, 1.5])
def test_it_goes_without_an_odd_width(width: object) -> None:
    image = {"pageUrl": "https://a.example/", "width": width, "height": 20}
    item = parse(json.dumps({"images": [image]}).encode()).items[0]
    assert (item.width, item.height) == (None, 20)


@pytest.mark.parametrize("raw", [b"", b"<html>", b'{"images": [', b"[]", b"null", b"7"])
def test_it_says_when_a_body_is_no_page(raw: bytes) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        parse(raw)
    assert caught.value.billed == "possibly"
