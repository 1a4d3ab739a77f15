"""The contract: every listed status code at both levels of every call, and every stored payload."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from monitor.providers.base import (
    AccountError,
    Answer,
    OutcomeUnknown,
    Posted,
    ProtocolBug,
    ProviderError,
    RateLimited,
    Rejected,
    TaskFailed,
    TaskLost,
    Unavailable,
)
from monitor.providers.dataforseo import DataForSEO
from monitor.providers.dataforseo.parse import parse
from monitor.providers.dataforseo.posting import is_id
from tests.providers.dataforseo.test_client import ID, client, query, tag
from tests.providers.wire import PAYLOADS, payload, reply

SINCE, UNTIL = datetime(2026, 11, 21, 2, 30, tzinfo=UTC), datetime(2026, 11, 21, 2, 45, tzinfo=UTC)
LISTED = {row["code"]: row for row in json.loads(payload("dataforseo/codes.json"))}
UNLISTED = {  # one of each family, with the class that it is taken for
    20200: "pending",
    40007: "bug",
    40199: "retry_task",
    40299: "account",
    40301: "account",
    40499: "expired",
    40599: "bug",
    40699: "pending",
    50999: "retry_call",
    60000: "pending",
}
CLASSES = {code: row["class"] for code, row in LISTED.items()} | UNLISTED
TOO_MANY = (40202, 40205, 40206, 40209)
REPOSTED = (40101, 40103, 40106, 50402)  # whose action in the list is a new task

# What an answer with a code of each class means when it refuses a POST, or is all that is said of a task in it.
REFUSED: dict[str, type[ProviderError]] = {
    "bug": ProtocolBug,
    "account": AccountError,
    "permanent": Rejected,
    "retry_call": Unavailable,
    "expired": ProtocolBug,
    # It may have been created: only reconciling settles it.
    "ok": OutcomeUnknown,
    "pending": OutcomeUnknown,
    "empty": OutcomeUnknown,
    "partial": OutcomeUnknown,
    "retry_task": OutcomeUnknown,
}
# The same for a reading.
UNREAD: dict[str, type[ProviderError]] = {
    "bug": ProtocolBug,
    "account": AccountError,
    "permanent": TaskFailed,
    "retry_call": Unavailable,
    "expired": TaskLost,
    "pending": Unavailable,
    "empty": Unavailable,
    "partial": TaskFailed,
    "retry_task": TaskFailed,
}


def kind_of(table: dict[str, type[ProviderError]], code: int) -> type[ProviderError]:
    return RateLimited if code in TOO_MANY else table[CLASSES[code]]


def told(code: int) -> dict[str, object]:
    return {"status_code": code, "status_message": LISTED.get(code, {}).get("message", "Something new.")}


def envelope(code: int, *tasks: dict[str, object]) -> httpx.Response:
    return httpx.Response(200, json={**told(code), "tasks": list(tasks) or None})


def task(code: int, **more: object) -> dict[str, object]:
    return {"id": ID, "cost": 0, "data": {"tag": tag(1)}, "result": None, **told(code), **more}


def post(answer: httpx.Response) -> ProviderError | str:
    """What became of one query: its task's id, or why there is none."""
    try:
        (found,) = client(answer)[0].post([query(1)])
    except ProviderError as error:
        return error
    return found.error or found.remote_id


def collect(answer: httpx.Response) -> ProviderError | Answer | None:
    try:
        return client(answer)[0].collect(ID).answer
    except ProviderError as error:
        return error


def test_the_list_is_whole() -> None:
    assert len(LISTED) == 48
    assert not set(LISTED) & set(UNLISTED)


@pytest.mark.parametrize("code", sorted(CLASSES))
def test_a_post_under_each_code(code: int) -> None:
    """Of the envelope: nothing is bought unless it says so, and nothing is asked again unless it is surely not."""
    found = post(envelope(code, task(20100)))
    if code == 20000:
        assert found == ID
        return
    assert isinstance(found, ProviderError)
    assert type(found) is kind_of(REFUSED, code)
    assert found.code == code
    assert found.billed == ("possibly" if isinstance(found, OutcomeUnknown) else "no")


@pytest.mark.parametrize("code", sorted(CLASSES))
def test_a_posted_task_under_each_code(code: int) -> None:
    """An id accepts nothing: only "Task Created." does."""
    found = post(envelope(20000, task(code)))
    if code == 20100:
        assert found == ID
        return
    assert isinstance(found, ProviderError)
    assert type(found) is kind_of(REFUSED, code)
    assert str(code) in found.message
    if code in LISTED and LISTED[code]["billed"] == "no":
        assert found.billed == "no"
    (charged,) = client(envelope(20000, task(code, cost=0.0006)))[0].post([query(1)])
    assert charged.error is not None
    assert (charged.cost, charged.error.billed) == (Decimal("0.0006"), "yes")


@pytest.mark.parametrize("code", sorted(CLASSES))
def test_a_reading_under_each_code(code: int) -> None:
    """Of the envelope: it says nothing of the task's answer."""
    found = collect(envelope(code, task(20000, result=[{"items": []}])))
    if code == 20000:
        assert found == Answer(items=())
        return
    assert isinstance(found, ProviderError)
    assert type(found) is kind_of(UNREAD, code)
    assert found.code == code


@pytest.mark.parametrize("code", sorted(CLASSES))
def test_a_collected_task_under_each_code(code: int) -> None:
    found = collect(envelope(20000, task(code)))
    match CLASSES[code]:
        case "pending":
            assert found is None
        case "empty":
            assert found == Answer(items=())
        case "ok":  # a finished task without its result: it is not there yet, and surely not empty
            assert found is None
        case _:
            assert isinstance(found, ProviderError)
            assert type(found) is kind_of(UNREAD, code)
            assert found.may_repost == (code in REPOSTED)
            assert found.billed == billed_after(code, found)


def billed_after(code: int, error: ProviderError) -> str:
    """Of an accepted task: yes where the list says so, else its price in id_list decides."""
    if code in LISTED and LISTED[code]["billed"].startswith("YES"):
        return "yes"
    return "possibly" if isinstance(error, TaskFailed | TaskLost) else "no"


@pytest.mark.parametrize("code", sorted(CLASSES))
def test_a_collected_task_with_results_under_each_code(code: int) -> None:
    """Results count when the code says that they are the answer, or a part of it."""
    items = [{"type": "organic", "url": "https://shop.test/", "title": "A mug"}]
    found = collect(envelope(20000, task(code, result=[{"items": items}])))
    if code == 20200:
        assert isinstance(found, Answer)  # an unknown success that brings its results
    elif CLASSES[code] in ("ok", "empty", "partial"):
        assert isinstance(found, Answer)
        assert [item.page_url for item in found.items] == ["https://shop.test/"]
        assert found.is_partial == (CLASSES[code] == "partial")
    else:
        assert found is None or type(found) is kind_of(UNREAD, code)


def n_items(answer: ProviderError | Answer | None) -> int | None:
    return len(answer.items) if isinstance(answer, Answer) else None


def posted(api: DataForSEO, *numbers: int) -> list[object]:
    """The last digit of each task's id, or the kind of its error."""
    found = api.post([query(number) for number in numbers])
    return [type(one.error) if one.error else one.remote_id[-1] for one in found]


def error_of(call: Callable[[], object]) -> tuple[type[ProviderError], int | None]:
    with pytest.raises(ProviderError) as caught:
        call()
    return type(caught.value), caught.value.code


# Each stored answer, with the call that it answers, its HTTP status, and what must come of it.
ANSWERS: dict[str, tuple[int, Callable[[DataForSEO], object], object]] = {
    "appendix_status": (200, lambda api: api.status().state, "long_execution_time"),
    "envelope_40202_rate_limited": (200, lambda api: error_of(api.ready), (RateLimited, 40202)),
    "http_401_body": (401, lambda api: error_of(api.account), (AccountError, 40100)),
    "http_402_body": (402, lambda api: error_of(lambda: api.post([query(1)])), (AccountError, 40200)),
    "id_list": (
        200,
        lambda api: [(row.remote_id[-1], row.cost) for row in api.find_tasks(SINCE, UNTIL)],
        [("1", Decimal("0.0006")), ("2", Decimal("0.0012")), ("3", Decimal(0))],
    ),
    "languages": (200, lambda api: [row.code for row in api.languages()], ["en", "de", "es"]),
    "locations": (200, lambda api: [row.code for row in api.locations()], [2840, 21132, 2826, 2276, 2724]),
    "postback_body": (200, lambda api: n_items(api.collect(ID).answer), 7),
    "serp_errors": (200, lambda api: [row.status for row in api.errors(SINCE, UNTIL)], [502]),
    "task_get_advanced_ok": (200, lambda api: n_items(api.collect(ID).answer), 7),
    "task_get_edge_cases": (200, lambda api: n_items(api.collect(ID).answer), 7),
    "task_get_expired_40403": (200, lambda api: error_of(lambda: api.collect(ID)), (TaskLost, 40403)),
    "task_get_failed_40101": (200, lambda api: error_of(lambda: api.collect(ID)), (TaskFailed, 40101)),
    "task_get_failed_40103": (200, lambda api: error_of(lambda: api.collect(ID)), (TaskFailed, 40103)),
    "task_get_handed": (200, lambda api: api.collect(ID).answer, None),
    "task_get_in_queue": (200, lambda api: api.collect(ID).answer, None),
    "task_get_no_results_40102": (200, lambda api: api.collect(ID).answer, Answer(items=())),
    "task_get_not_found_40401": (200, lambda api: error_of(lambda: api.collect(ID)), (TaskLost, 40401)),
    "task_get_ok_empty_items": (200, lambda api: n_items(api.collect(ID).answer), 0),
    "task_get_partial_40106": (200, lambda api: n_items(api.collect(ID).answer), 3),
    "task_post_batch_ok": (200, lambda api: posted(api, 1, 2), ["1", "2"]),
    "task_post_mixed_errors": (
        200,
        lambda api: posted(api, 1, 2, 3, 4, 5),
        ["1", Rejected, ProtocolBug, AccountError, Unavailable],
    ),
    "task_post_ok": (200, lambda api: posted(api, 1), ["7"]),
    "task_post_over_100": (200, lambda api: posted(api, 101), [ProtocolBug]),
    "tasks_fixed": (200, lambda api: [row.tag for row in api.fixed()], [tag(1)]),
    "tasks_ready": (
        200,
        lambda api: [row.tag for row in api.ready()],
        [tag(1), tag(2), "someone-elses-task", ""],
    ),
    "tasks_ready_empty": (200, lambda api: api.ready(), []),
    "user_data": (200, lambda api: api.account().balance, Decimal("47.1934")),
}
# Stored files that are no answers; each has its own test.
OTHERS = {
    "README.md",
    "codes.json",
    "id_list_request.json",
    "pingback_request.txt",
    "postback_body.json.gz",
    "webhook_resend_request.json",
}


def test_every_stored_file_is_in_the_contract() -> None:
    stored = {path.name for path in (PAYLOADS / "dataforseo").iterdir()}
    assert stored == {f"{name}.json" for name in ANSWERS} | OTHERS


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_each_stored_answer(name: str) -> None:
    status, call, expected = ANSWERS[name]
    api, recorder = client(reply(f"dataforseo/{name}.json", status))
    assert call(api) == expected
    assert len(recorder.requests) == 1


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_each_stored_answer_to_another_call(name: str) -> None:
    """Read or refused, never taken for an accepted task and never a crash."""
    api, recorder = client(*(reply(f"dataforseo/{name}.json") for _ in range(9)))
    calls: list[Callable[[], object]] = [
        lambda: api.collect(ID),
        api.ready,
        api.fixed,
        api.account,
        api.status,
        api.locations,
        api.languages,
        lambda: list(api.errors(SINCE, UNTIL)),
        lambda: list(api.find_tasks(SINCE, UNTIL)),
    ]
    for call in calls:
        try:
            call()
        except ProviderError as error:
            assert error.message.endswith(".")
    assert len(recorder.requests) == 9
    if name != "task_post_ok":  # the one answer whose task echoes no tag
        try:
            (found,) = client(reply(f"dataforseo/{name}.json"))[0].post([query(99)])
        except ProviderError as error:
            found = Posted(tag=tag(99), error=error)
        assert (found.remote_id, bool(found.error)) == ("", True)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("id_list_request", lambda api: list(api.find_tasks(SINCE, UNTIL))),
        ("webhook_resend_request", lambda api: api.resend([ID, ID[:-1] + "2"])),
    ],
)
def test_each_stored_request_is_what_is_sent(name: str, call: Callable[[DataForSEO], object]) -> None:
    api, recorder = client(reply("dataforseo/tasks_ready_empty.json"))
    call(api)
    assert recorder.sent() == json.loads(payload(f"dataforseo/{name}.json"))


def test_a_stored_postback_is_the_answer_that_is_collected() -> None:
    body = gzip.decompress(payload("dataforseo/postback_body.json.gz"))
    assert parse(body) == parse(payload("dataforseo/postback_body.json"))


def test_a_stored_pingback_names_one_of_our_tasks() -> None:
    target = payload("dataforseo/pingback_request.txt").decode().split()[1]
    named = parse_qs(urlsplit(target).query)
    assert (named["id"], named["tag"]) == ([ID], [tag(1)])
    assert is_id(named["id"][0])
