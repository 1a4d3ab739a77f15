"""DataForSEO's answers become items: the documentation's own, and difficult ones."""

import json
from collections import Counter
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from monitor.providers.base import Answer, ProviderError, TaskFailed, Unavailable
from monitor.providers.dataforseo.parse import parse
from tests.providers.wire import payload

MURAL = "https://www.mural-wallpaper.com/product/wallpaper-murals/"
RESULT_FREE = (
    "task_get_in_queue",
    "task_get_handed",
    "task_get_failed_40101",
    "task_get_failed_40103",
    "task_get_not_found_40401",
    "task_get_expired_40403",
)


def answer(name: str) -> Answer:
    return parse(payload(f"dataforseo/{name}.json"))


def answer_with(*rows: object, **result: object) -> Answer:
    """The answer read from an envelope around these rows."""
    task = {"status_code": 20000, "result": [{"items": rows, **result}]}
    return parse(json.dumps({"status_code": 20000, "tasks": [task]}).encode())


def test_it_reads_the_documentations_answer_whole() -> None:
    found = answer("task_get_advanced_ok")
    assert Counter(item.kind for item in found.items) == {"images": 3, "organic": 4}
    assert [item.rank_absolute for item in found.items] == [1, 1, 1, 2, 3, 4, 5]
    assert [item.rank_group for item in found.items] == [1, 1, 1, 1, 2, 3, 4]
    assert found.observed_at == datetime(2023, 11, 15, 17, 21, 31, tzinfo=UTC)
    assert (found.is_partial, found.unknown_kinds, found.unusable) == (False, {}, 0)


def test_it_takes_hosts_from_the_addresses_of_the_documentations_answer() -> None:
    hosts = [urlsplit(item.page_url).hostname for item in answer("task_get_advanced_ok").items]
    assert hosts == [
        "www.mural-wallpaper.com",
        "www.mural-wallpaper.com",
        "www.mural-wallpaper.com",
        "www.amazon.com",
        "twitter.com",
        "www.redbubble.com",
        "www.globalgovernanceproject.org",
    ]


def test_it_takes_each_page_of_an_images_block() -> None:
    block = answer("task_get_advanced_ok").items[:3]
    assert [item.page_url for item in block] == [
        MURAL + "nature/flowers-plants/tropical-flower-wallpaper-mural/",
        MURAL + "nature/flowers-plants/tropical-flower-wallpaper-mural/",
        MURAL + "art-design/modern/tropical-flora-wall-art/",
    ]
    assert {item.title for item in block} == {"Marmalade Art Tropical Flower Wallpaper Mural"}
    assert len({item.image_url for item in block}) == 3
    assert all(urlsplit(item.image_url).hostname in ("t1.gstatic.com", "t2.gstatic.com") for item in block)


def test_it_keeps_price_text_and_source_of_the_documentations_answer() -> None:
    organic = answer("task_get_advanced_ok").items[3:]
    assert [(item.price, item.source_label) for item in organic] == [
        ("$43.35*", "Amazon"),
        ("", "twitter.com"),
        ("$10.82*", "Redbubble"),
        ("", "globalgovernanceproject.org"),
    ]
    assert organic[0].title.endswith('36" x 24"')
    assert "👌🏻😏😍" in organic[1].title
    assert organic[0].image_url.startswith("https://encrypted-tbn0.gstatic.com/images?q=tbn:ANd9GcTMeZt2_")
    assert all(item.width is None and item.height is None for item in organic)


def test_it_reads_the_difficult_answer() -> None:
    found = answer("task_get_edge_cases")
    assert [(item.kind, item.rank_absolute) for item in found.items] == [
        ("images", 1),
        ("images", 1),
        ("organic", 2),
        ("organic", 3),
        ("organic", 4),
        ("organic", 5),
        ("organic", 8),
    ]
    assert found.unknown_kinds == {"visual_match": 1}
    assert found.unusable == 2  # the organic row of nulls and the block without elements
    assert found.items[-1].extra == {"type": "visual_match"}
    assert found.items[-1].page_url == "https://future.example/x"


def test_it_keeps_the_small_extras() -> None:
    shop = answer("task_get_edge_cases").items[5]
    assert shop.price == "$43.35*"
    assert shop.source_label == "shop.example"
    assert shop.extra == {
        "price": {"current": 43.35, "currency": "USD", "is_price_range": False, "displayed_price": "$43.35*"},
        "rating": {"rating_type": "Max5", "value": 4.5, "votes_count": 12, "rating_max": 5},
        "timestamp": "2026-10-02 00:00:00 +00:00",
    }


def test_it_reads_an_empty_answer_as_one() -> None:
    for name in ("task_get_ok_empty_items", "task_get_no_results_40102"):
        assert answer(name).items == ()
        assert not answer(name).is_partial


def test_it_marks_a_partial_answer() -> None:
    found = answer("task_get_partial_40106")
    assert found.is_partial
    assert len(found.items) == 3


def test_it_takes_a_partial_answer_without_items_as_failed() -> None:
    task = {"status_code": 40106, "status_message": "Partial.", "result": [{"items": None}]}
    with pytest.raises(TaskFailed) as caught:
        parse(json.dumps({"status_code": 20000, "tasks": [task]}).encode())
    assert caught.value.may_repost


@pytest.mark.parametrize("name", RESULT_FREE)
def test_it_says_when_there_is_no_answer(name: str) -> None:
    with pytest.raises(ProviderError):
        answer(name)


def test_it_waits_when_a_finished_task_has_no_result() -> None:
    with pytest.raises(Unavailable):
        parse(b'{"status_code": 20000, "tasks": [{"status_code": 20000, "result": null}]}')


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"status_code": 2000', b"[]", b'{"tasks": []}', b"null"])
def test_it_says_when_a_body_is_no_envelope(body: bytes) -> None:
    with pytest.raises(Unavailable):
        parse(body)


def test_it_reads_a_postback_like_a_collected_answer() -> None:
    assert answer("postback_body") == answer("task_get_edge_cases")


@pytest.mark.parametrize(
    ("label", "price", "source"),
    [
        ("$43.35* • Amazon", "$43.35*", "Amazon"),
        ("€1.234,50 • Laden • Berlin", "€1.234,50", "Laden • Berlin"),
        ("360 • Magazine", "360", "Magazine"),
        ("twitter.com", "", "twitter.com"),
        ("Amazon • $4", "", "Amazon • $4"),
        (None, "", ""),
    ],
)
def test_it_splits_the_displayed_source(label: object, price: str, source: str) -> None:
    found = answer_with({"type": "organic", "url": "https://a.example/", "domain": label}).items[0]
    assert (found.price, found.source_label) == (price, source)


def test_it_keeps_the_order_of_ranks_and_then_of_elements() -> None:
    late = {"type": "organic", "url": "https://late.example/", "rank_absolute": 9}
    pages = [{"url": f"https://{n}.example/"} for n in range(3)]
    block = {"type": "images", "rank_absolute": "2", "items": pages}
    assert [item.rank_absolute for item in answer_with(late, block).items] == [2, 2, 2, 9]
    assert [item.page_url for item in answer_with(late, block).items[:3]] == [page["url"] for page in pages]


def test_it_takes_the_place_for_a_rank_that_is_missing() -> None:
    row = {"type": "organic", "url": "https://a.example/", "rank_absolute": None, "rank_group": "first"}
    item = answer_with({}, row).items[0]
    assert (item.rank_absolute, item.rank_group) == (2, 2)


def test_it_takes_the_page_from_a_picture_when_the_row_has_none() -> None:
    picture = {"url": "https://a.example/p", "image_url": "https://a.example/i.jpg"}
    item = answer_with({"type": "organic", "url": None, "images": [None, picture]}).items[0]
    assert (item.page_url, item.image_url) == ("https://a.example/p", "https://a.example/i.jpg")


def test_it_takes_a_picture_that_is_written_into_its_address() -> None:
    row = {
        "type": "organic",
        "url": "https://a.example/p",
        "images": [{"image_url": "data:image/gif;base64,R0lGODlh"}],
    }
    assert answer_with(row).items[0].image_url == "data:image/gif;base64,R0lGODlh"


def test_it_takes_a_blocks_own_page_when_it_has_no_elements() -> None:
    item = answer_with({"type": "images", "url": "https://a.example/p", "items": None}).items[0]
    assert (item.kind, item.page_url) == ("images", "https://a.example/p")


def test_it_counts_what_it_cannot_use() -> None:
    bad = {"type": "organic", "url": "javascript:alert(1)"}
    found = answer_with(None, "text", bad, {"type": "images", "items": [{}, 5]}, {"type": "quiz"})
    assert found.items == ()
    assert found.unusable == 6
    assert found.unknown_kinds == {"untyped": 2, "quiz": 1}


def test_it_bounds_and_cleans_texts() -> None:
    row = {
        "type": "organic",
        "url": "https://a.example/",
        "title": "x\x00" * 2000,
        "description": "a",
        "pre_snippet": "b",
    }
    item = answer_with(row).items[0]
    assert item.title == "x" * 1000
    assert item.snippet == "b a"


def test_it_leaves_out_extras_that_are_not_small() -> None:
    row = {
        "type": "organic",
        "url": "https://a.example/",
        "related_result": [{"title": "x" * 900}] * 9,
        "rating": {},
    }
    assert answer_with(row).items[0].extra == {}


@pytest.mark.parametrize("value", ["2026-11-21 02:41:07 +0000", "2026-11-21 04:41:07 +02:00"])
def test_it_reads_the_observed_time_in_both_spellings(value: str) -> None:
    assert answer_with(datetime=value).observed_at == datetime(2026, 11, 21, 2, 41, 7, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, "", "yesterday", 5, "0001-01-01 00:00:00 +10:00"])
def test_it_goes_without_an_observed_time(value: object) -> None:
    assert answer_with(datetime=value).observed_at is None
