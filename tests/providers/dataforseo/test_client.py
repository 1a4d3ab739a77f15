"""The calls to DataForSEO, at the wire: what is sent, and what each stored answer means."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import httpx
import pytest

from monitor.providers.base import (
    AccountError,
    KnownTask,
    OutcomeUnknown,
    Posted,
    ProtocolBug,
    ProviderError,
    Query,
    RateLimited,
    ReadyTask,
    Rejected,
    TaskFailed,
    TaskLost,
    Unavailable,
)
from monitor.providers.dataforseo import DataForSEO, rules
from monitor.providers.dataforseo import client as module
from monitor.providers.http import QUICK
from tests.providers.wire import Recorder, payload, reply

ID = "11210435-1535-0066-0000-000000000001"
SETTINGS = {"location_code": 2840, "language_code": "en"}
FAULTS = [
    httpx.ReadTimeout("slow"),
    httpx.Response(500),
    httpx.Response(503, html="<h1>Busy</h1>"),
    httpx.Response(408),
    httpx.Response(204),
    httpx.Response(200, html="<html>Hello</html>"),
    httpx.Response(200, content=payload("dataforseo/task_post_ok.json")[:300]),
    httpx.Response(200, json=[1]),
    httpx.Response(200, json={"status_code": "later"}),
]


def client(*replies: httpx.Response | Exception) -> tuple[DataForSEO, Recorder]:
    recorder = Recorder(*replies)
    return DataForSEO("me@test", "pass", "https://api.test", recorder), recorder


def tag(number: int) -> str:
    """The tags of the stored answers."""
    return f"bm1.a1b2c3.01JD4ZK3Q8{number:016d}.9f3c51d2"


def query(number: int, **settings: object) -> Query:
    return Query(
        tag=tag(number), settings={**SETTINGS, **settings}, image_url=f"https://images.test/{number}.jpg"
    )


def post_error(answer: httpx.Response | Exception) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        client(answer)[0].post([query(1)])
    return caught.value


def collect_error(answer: httpx.Response | Exception) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        client(answer)[0].collect(ID)
    return caught.value


def posted_with(*tasks: dict[str, object], queries: int = 1) -> list[Posted]:
    """What becomes of queries 1.. when the POST is answered with these tasks."""
    api, _ = client(httpx.Response(200, json={"status_code": 20000, "tasks": tasks}))
    return api.post([query(number + 1) for number in range(queries)])


def accepted(number: int, with_tag: int | None = None) -> dict[str, object]:
    """A created task; `with_tag` is the number of the tag that it echoes."""
    data = {} if with_tag is None else {"tag": tag(with_tag)}
    return {"id": ID[:-1] + str(number), "status_code": 20100, "cost": 0.0006, "data": data}


def test_it_posts_an_array_with_the_fields_that_are_set() -> None:
    api, recorder = client(reply("dataforseo/task_post_batch_ok.json"))
    api.post([query(1), query(2, se_domain="google.de", max_crawl_pages=3, family_mode="strict", site=None)])
    request = recorder.requests[0]
    assert request.method == "POST"
    assert str(request.url) == "https://api.test/v3/serp/google/search_by_image/task_post"
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"me@test:pass").decode()
    common = {"location_code": 2840, "language_code": "en", "priority": 1}
    assert recorder.sent() == [
        {"image_url": "https://images.test/1.jpg", "tag": tag(1), **common},
        {
            "image_url": "https://images.test/2.jpg",
            "tag": tag(2),
            **common,
            "se_domain": "google.de",
            "max_crawl_pages": 3,
        },
    ]


@pytest.mark.parametrize(
    "place", [{"location_name": "Berlin,Germany"}, {"location_coordinate": "52.5,13.4,200"}]
)
def test_it_sends_places_and_languages_by_name_and_the_priority(place: dict[str, str]) -> None:
    api, recorder = client(reply("dataforseo/task_post_ok.json"))
    settings = {**place, "location_code": None, "language_name": "German", "language_code": ""}
    api.post([Query(tag="t", settings=settings, image_url="https://a.test/i.jpg", priority="high")])
    assert recorder.sent() == [
        {"image_url": "https://a.test/i.jpg", "tag": "t", "priority": 2, **place, "language_name": "German"}
    ]


def test_a_post_is_given_up_soon_because_its_outcome_can_be_looked_up() -> None:
    api, recorder = client(httpx.Response(200, content=payload("dataforseo/task_post_ok.json")))
    api.post([query(1)])
    assert recorder.requests[0].extensions["timeout"]["read"] == QUICK.read


def test_it_asks_to_be_told_of_the_end() -> None:
    api, recorder = client(reply("dataforseo/task_post_ok.json"))
    ping = "https://me.test/ping?id=$id&tag=$tag"
    api.post([replace(query(1), pingback_url=ping)])
    common = {"image_url": "https://images.test/1.jpg", "tag": tag(1), "priority": 1, **SETTINGS}
    assert recorder.sent() == [{**common, "pingback_url": ping}]


def test_a_query_that_breaks_a_rule_is_not_sent_and_the_others_are() -> None:
    api, recorder = client(reply("dataforseo/task_post_batch_ok.json"))
    found = api.post([query(1), query(7, max_crawl_pages=101), query(2)])
    assert [(one.tag, one.remote_id[-1:]) for one in found] == [(tag(1), "1"), (tag(7), ""), (tag(2), "2")]
    assert isinstance(found[1].error, Rejected)
    assert (found[1].error.message, found[1].error.billed) == (rules.BAD_PAGES, "no")
    assert len(json.loads(recorder.requests[0].content)) == 2


def test_nothing_is_called_when_no_query_is_sound() -> None:
    api, recorder = client()
    (found,) = api.post([query(1, location_code=None)])
    assert isinstance(found.error, Rejected)
    assert recorder.requests == []


def test_it_accepts_the_documentations_answer_by_its_place() -> None:
    api, _ = client(reply("dataforseo/task_post_ok.json"))
    assert api.post([query(1)]) == [
        Posted(tag=tag(1), remote_id="09291721-1535-0066-0000-dbd5370d3547", cost=Decimal("0.0015"))
    ]


def test_it_matches_a_batch_by_tag_whatever_the_order() -> None:
    api, _ = client(reply("dataforseo/task_post_batch_ok.json"))
    found = api.post([query(2), query(1)])
    assert [(one.tag, one.remote_id[-1], one.cost) for one in found] == [
        (tag(2), "2", Decimal("0.0012")),
        (tag(1), "1", Decimal("0.0006")),
    ]


def test_it_judges_each_task_of_a_mixed_answer() -> None:
    api, _ = client(reply("dataforseo/task_post_mixed_errors.json"))
    found = api.post([query(number) for number in range(1, 6)])
    assert found[0].error is None
    assert [type(one.error) for one in found[1:]] == [Rejected, ProtocolBug, AccountError, Unavailable]
    assert [one.remote_id for one in found[1:]] == ["", "", "", ""]  # an id alone accepts nothing
    assert all(one.cost == 0 for one in found[1:])


def test_it_does_not_guess_when_the_answer_is_shorter() -> None:
    first, second = posted_with(accepted(1), queries=2)
    assert isinstance(first.error, OutcomeUnknown)
    assert isinstance(second.error, OutcomeUnknown)


def test_it_does_not_take_a_strangers_task_by_its_place() -> None:
    (found,) = posted_with(accepted(1, with_tag=77))
    assert isinstance(found.error, OutcomeUnknown)
    assert found.error.billed == "possibly"


def test_it_takes_the_accepted_one_of_two_tasks_with_one_tag() -> None:
    refused = {"status_code": 50000, "data": {"tag": tag(1)}}
    for tasks in ((accepted(1, 1), refused), (refused, accepted(1, 1))):
        assert posted_with(*tasks)[0].remote_id == ID


def test_it_does_not_know_a_task_with_a_broken_id() -> None:
    (found,) = posted_with({**accepted(1, 1), "id": "../../user_data"})
    assert isinstance(found.error, OutcomeUnknown)
    assert found.cost == Decimal("0.0006")


def test_it_tells_when_a_refused_task_was_charged() -> None:
    (found,) = posted_with({**accepted(1, 1), "status_code": 50000})
    assert found.error is not None
    assert (found.cost, found.error.billed) == (Decimal("0.0006"), "yes")


def test_it_posts_nothing_and_not_too_much() -> None:
    api, recorder = client()
    assert api.post([]) == []
    with pytest.raises(ValueError, match="100"):
        api.post([query(number) for number in range(101)])
    assert recorder.requests == []


@pytest.mark.parametrize("answer", FAULTS, ids=repr)
def test_it_does_not_know_what_a_broken_post_did(answer: httpx.Response | Exception) -> None:
    error = post_error(answer)
    assert isinstance(error, OutcomeUnknown)
    assert error.billed == "possibly"


def test_it_does_not_know_what_a_post_without_tasks_did() -> None:
    api, _ = client(httpx.Response(200, json={"status_code": 20000, "tasks": None}))
    (found,) = api.post([query(1)])
    assert isinstance(found.error, OutcomeUnknown)


@pytest.mark.parametrize("answer", FAULTS, ids=repr)
def test_it_may_read_again_after_a_broken_reading(answer: httpx.Response | Exception) -> None:
    assert type(collect_error(answer)) is Unavailable


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, "http_401_body", AccountError),
        (402, "http_402_body", AccountError),
        (403, "", AccountError),
        (404, "", ProtocolBug),
        (400, "", ProtocolBug),
        (429, "", RateLimited),
        (302, "", Unavailable),
        (200, "envelope_40202_rate_limited", RateLimited),
        (400, "envelope_40202_rate_limited", RateLimited),
    ],
)
def test_it_knows_that_a_refused_call_created_nothing(
    status: int, body: str, kind: type[ProviderError]
) -> None:
    content = payload(f"dataforseo/{body}.json") if body else b"<html></html>"
    for error_of in (post_error, collect_error):
        error = error_of(httpx.Response(status, content=content))
        assert type(error) is kind
        assert error.billed == "no"


def test_it_says_who_must_act_when_the_account_is_refused() -> None:
    error = post_error(reply("dataforseo/http_402_body.json", 402))
    assert error.code == 40200
    assert error.message == (
        "DataForSEO does not serve this account: Payment Required. Check its login, balance and limits."
    )


def test_it_waits_as_long_as_a_429_says() -> None:
    assert post_error(httpx.Response(429, headers={"Retry-After": "7"})).retry_after == 7
    assert post_error(httpx.Response(429)).retry_after == 60


def test_it_collects_an_answer_with_its_body() -> None:
    api, recorder = client(reply("dataforseo/task_get_advanced_ok.json"))
    found = api.collect(ID)
    assert found.body == payload("dataforseo/task_get_advanced_ok.json")
    assert found.answer is not None
    assert len(found.answer.items) == 7
    path = "/v3/serp/google/search_by_image/task_get/advanced/" + ID
    assert (recorder.requests[0].method, recorder.requests[0].url.path) == ("GET", path)


@pytest.mark.parametrize("name", ["in_queue", "handed"])
def test_it_says_when_a_task_is_pending(name: str) -> None:
    found = client(reply(f"dataforseo/task_get_{name}.json"))[0].collect(ID)
    assert found.answer is None


@pytest.mark.parametrize(
    ("name", "count", "is_partial"),
    [
        ("no_results_40102", 0, False),
        ("ok_empty_items", 0, False),
        ("partial_40106", 3, True),
        ("edge_cases", 7, False),
    ],
)
def test_it_collects_empty_and_partial_answers(name: str, count: int, is_partial: bool) -> None:
    answer = client(reply(f"dataforseo/task_get_{name}.json"))[0].collect(ID).answer
    assert answer is not None
    assert (len(answer.items), answer.is_partial) == (count, is_partial)


@pytest.mark.parametrize(
    ("name", "kind", "may_repost", "billed"),
    [
        ("failed_40101", TaskFailed, True, "yes"),
        ("failed_40103", TaskFailed, True, "possibly"),
        ("not_found_40401", TaskLost, False, "possibly"),
        ("expired_40403", TaskLost, False, "possibly"),
    ],
)
def test_it_says_how_a_task_ended(
    name: str, kind: type[ProviderError], may_repost: bool, billed: str
) -> None:
    error = collect_error(reply(f"dataforseo/task_get_{name}.json"))
    assert type(error) is kind
    assert (error.may_repost, error.billed) == (may_repost, billed)


@pytest.mark.parametrize("remote_id", ["", "../user_data", ID + "/", ID[:-1], ID.replace("-", "_")])
def test_it_builds_no_address_with_a_strange_id(remote_id: str) -> None:
    api, recorder = client()
    with pytest.raises(ProtocolBug):
        api.collect(remote_id)
    assert recorder.requests == []


def test_it_says_when_an_answer_has_no_task() -> None:
    assert type(collect_error(httpx.Response(200, json={"status_code": 20000, "tasks": []}))) is Unavailable


@pytest.mark.parametrize("name", ["tasks_ready", "tasks_fixed"])
def test_it_lists_finished_tasks(name: str) -> None:
    api, recorder = client(reply(f"dataforseo/{name}.json"))
    found = api.ready() if name == "tasks_ready" else api.fixed()
    assert found[0] == ReadyTask(tag=tag(1), remote_id=ID)
    assert recorder.requests[0].url.path == f"/v3/serp/google/search_by_image/{name}"


def test_it_lists_other_softwares_tasks_too_and_takes_an_empty_list() -> None:
    api, _ = client(reply("dataforseo/tasks_ready.json"), reply("dataforseo/tasks_ready_empty.json"))
    assert [task.tag for task in api.ready()] == [tag(1), tag(2), "someone-elses-task", ""]
    assert api.ready() == []


def test_it_finds_tasks_by_the_providers_own_list() -> None:
    api, recorder = client(reply("dataforseo/id_list.json"))
    since = datetime(2026, 11, 21, 4, 30, tzinfo=timezone(timedelta(hours=2)))
    found = list(api.find_tasks(since, datetime(2026, 11, 21, 2, 45, tzinfo=UTC)))
    assert found == [
        KnownTask(tag=tag(1), remote_id=ID, cost=Decimal("0.0006"), status_code=20000),
        KnownTask(tag=tag(2), remote_id=ID[:-1] + "2", cost=Decimal("0.0012"), status_code=20100),
        KnownTask(tag=tag(3), remote_id=ID[:-1] + "3", cost=Decimal(0), status_code=40501),
    ]
    assert recorder.requests[0].url.path == "/v3/serp/id_list"
    assert recorder.sent() == json.loads(payload("dataforseo/id_list_request.json"))


def test_it_turns_the_pages_of_the_providers_list() -> None:
    row = {"id": ID, "metadata": {"tag": "t"}}
    sizes = (1000, 1000, 3)
    pages = [
        httpx.Response(
            200, json={"status_code": 20000, "tasks": [{"status_code": 20000, "result": [row] * size}]}
        )
        for size in sizes
    ]
    api, recorder = client(*pages)
    assert len(list(api.find_tasks(datetime.now(UTC), datetime.now(UTC)))) == sum(sizes)
    sent = [json.loads(request.content)[0]["offset"] for request in recorder.requests]
    assert sent == [0, 1000, 2000]


def test_it_turns_only_the_pages_that_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE_ROWS", 1)
    body = {"status_code": 20000, "tasks": [{"status_code": 20000, "result": [{}]}]}
    api, recorder = client(*(httpx.Response(200, json=body) for _ in range(5)))
    assert list(api.find_tasks(datetime.now(UTC), datetime.now(UTC), range(2, 5))) == []
    sent = [json.loads(request.content)[0]["offset"] for request in recorder.requests]
    assert sent == [2, 3, 4]


def test_it_closes_its_connections() -> None:
    api, _ = client(reply("dataforseo/tasks_ready_empty.json"))
    api.ready()
    api.close()
    with pytest.raises(RuntimeError, match="closed"):
        api.ready()


def test_it_says_when_a_list_is_refused_as_a_task() -> None:
    body = {"status_code": 20000, "tasks": [{"status_code": 40202, "status_message": "Slow down."}]}
    api, _ = client(httpx.Response(200, json=body), httpx.Response(200, json=body))
    with pytest.raises(RateLimited):
        api.ready()
    with pytest.raises(RateLimited):
        list(api.find_tasks(datetime.now(UTC), datetime.now(UTC)))


def test_it_tells_that_a_task_was_one_too_many() -> None:
    (found,) = client(reply("dataforseo/task_post_over_100.json"))[0].post([query(101)])
    assert isinstance(found.error, ProtocolBug)
