"""However odd an answer is, a parser reads it or raises a ProviderError; what it reads can be stored."""

import json
from collections.abc import Callable
from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from monitor.providers.base import Answer, ProviderError
from monitor.providers.dataforseo import facts, rows
from monitor.providers.dataforseo import parse as dataforseo
from monitor.providers.dataforseo.posting import is_id
from monitor.providers.yandex import parse as yandex

URLS = st.sampled_from(
    ["https://a.example/p", "https://[::1", "http://b.example:99999/", "javascript:1", "/p", ""]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | URLS
    | st.sampled_from(
        ["organic", "images", "$4 • Shop", "\x00", "\ud800", 10**400, 1e308, "2026-11-21 02:41:07 +00:00"]
    )
)
DATAFORSEO_NAMES = (
    *("type", "url", "title", "items", "images", "image_url", "alt", "rank_absolute", "rank_group", "domain"),
    *("price", "displayed_price", "rating", "timestamp", "description", "related_result"),
)
YANDEX_NAMES = ("pageUrl", "pageTitle", "passage", "width", "height", "format", "host", "page", "id", "code")
NAMES = st.sampled_from(DATAFORSEO_NAMES + YANDEX_NAMES)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=8),
    max_leaves=30,
)
ROWS = st.lists(
    st.fixed_dictionaries({}, optional={"type": LEAVES, "url": URLS, "pageUrl": URLS, "items": JSON}) | JSON
)


LIST_NAMES = (
    *(
        "location_code",
        "location_name",
        "country_iso_code",
        "location_type",
        "language_code",
        "language_name",
    ),
    *("id", "tag", "metadata", "status", "cost", "function", "http_code", "http_time", "datetime"),
    *("money", "balance", "limits", "day", "total", "price", "serp", "task_post", "priority_normal", "rates"),
    *("minute", "task_get", "advanced", "api", "endpoints", "endpoint"),
)
LISTED = st.lists(
    st.recursive(
        LEAVES | st.sampled_from(["US", "ŉŉ", "en", "serp", "11210435-1535-0066-0000-000000000001"]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(LIST_NAMES), inner),
        max_leaves=30,
    ).map(lambda value: value if isinstance(value, dict) else {"money": value}),
    max_size=4,
)


def read(parse: Callable[[bytes], Answer], value: object) -> Answer | None:
    """The answer, or None after a ProviderError; any other exception fails the test."""
    try:
        return parse(json.dumps(value).encode())
    except ProviderError:
        return None


def is_storable(answer: Answer) -> bool:
    """Whether PostgreSQL takes it: UTF-8 without NUL, JSON without NaN, ranks in a smallint."""
    for item in answer.items:
        fields = asdict(item)
        written = json.dumps(fields, allow_nan=False, ensure_ascii=False)
        written.encode()
        assert "\\u0000" not in written
        assert 1 <= item.rank_absolute <= 32_767
        assert 1 <= item.rank_group <= 32_767
        assert item.page_url.startswith(("http://", "https://"))
        assert len(item.title) <= 1000
    return True


@given(JSON)
def test_it_reads_any_json_or_says_that_it_cannot(value: object) -> None:
    for parse in (dataforseo.parse, yandex.parse):
        answer = read(parse, value)
        assert answer is None or is_storable(answer)


@given(ROWS, JSON, st.sampled_from([20000, 40102, 40106]) | st.integers())
def test_it_reads_any_dataforseo_rows(rows: list[object], moment: object, code: int) -> None:
    task = {"status_code": code, "result": [{"items": rows, "datetime": moment}]}
    answer = read(dataforseo.parse, {"status_code": 20000, "tasks": [task]})
    if code == 20000:
        assert answer is not None
        assert is_storable(answer)
        assert len(answer.items) + answer.unusable >= len(rows)


@given(ROWS, JSON, JSON)
def test_it_reads_any_yandex_rows(rows: list[object], page: object, cbir_id: object) -> None:
    answer = read(yandex.parse, {"images": rows, "page": page, "id": cbir_id})
    assert answer is not None
    assert is_storable(answer)
    assert len(answer.items) + answer.unusable == len(rows)


@given(st.binary(max_size=200))
def test_it_reads_any_bytes_or_says_that_it_cannot(body: bytes) -> None:
    for parse in (dataforseo.parse, yandex.parse):
        try:
            assert is_storable(parse(body))
        except ProviderError:
            continue


@given(LISTED)
def test_it_reads_any_list_or_says_that_it_cannot(found: list[dict[str, object]]) -> None:
    assert all(
        0 < place.code <= rows.MAX_CODE and len(place.country) in (0, 2) for place in rows.places(found)
    )
    assert all(place.name.encode() for place in rows.places(found))
    assert all(language.code and language.name for language in rows.languages(found))
    assert all(is_id(task.remote_id) for task in rows.ready_tasks(found))
    assert all(is_id(task.remote_id) for task in rows.known_tasks(found))
    assert all(call.seconds >= 0 and call.url.encode() is not None for call in rows.failed_calls(found))
    assert facts.service_status(found) is not None
    try:
        told = facts.account_facts(found)
    except ProviderError:
        return
    assert told.balance.is_finite()
    assert all(price > 0 for price in told.prices.values())
