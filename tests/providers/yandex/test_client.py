"""The call to Yandex, at the wire: what is sent, and what each stored refusal means."""

import base64
import json
import logging
import uuid
from dataclasses import replace

import httpx
import pytest

from monitor.providers.base import (
    AccountError,
    AddressRejected,
    CallIds,
    OutcomeUnknown,
    ProtocolBug,
    ProviderError,
    Query,
    RateLimited,
    Rejected,
    TaskFailed,
    Unavailable,
)
from monitor.providers.http import LONG
from monitor.providers.yandex import Yandex
from monitor.providers.yandex.client import request_id
from tests.providers.wire import Recorder, payload

FOLDER = "b1gt6g8ht345********"
CBIR_ID = "1716254/_KnCt2T9gLh4z8SSv8nVqQ7277"
IMAGE = b"\xff\xd8 a picture"
WANTED = json.loads(payload("yandex/requests.json"))
FIRST = Query(tag="t", settings={}, image=IMAGE)
BY_ID = Query(tag="t", settings={}, image=IMAGE, page=1, cbir_id=CBIR_ID)


def stored(name: str) -> httpx.Response:
    """A stored page or refusal as an HTTP answer."""
    file = json.loads(payload(f"yandex/{name}.json"))
    if "body_text" in file:
        return httpx.Response(file["_http_status"], html=file["body_text"])
    return httpx.Response(file["_http_status"], json=file["body"])


def status(code: int, message: str = "", http: int = 400) -> httpx.Response:
    """A refusal as Google's RPC writes it."""
    return httpx.Response(http, json={"code": code, "message": message})


def client(*replies: httpx.Response | Exception) -> tuple[Yandex, Recorder]:
    recorder = Recorder(*replies)
    return Yandex("https://search.test", FOLDER, api_key="key", transport=recorder), recorder


def error_after(answer: httpx.Response | Exception, query: Query = FIRST) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        client(answer)[0].search(query)
    return caught.value


def test_it_sends_the_picture_first() -> None:
    api, recorder = client(stored("page0_40_no_maxpage"))
    api.search(Query(tag="t", settings={"family_mode": "none"}, image=IMAGE))
    request = recorder.requests[0]
    assert request.method == "POST"
    assert str(request.url) == "https://search.test/v2/image/search_by_image"
    assert request.headers["authorization"] == "Api-Key key"
    uuid.UUID(request.headers["x-client-request-id"])
    assert recorder.sent() == {**WANTED["first_page_data"], "data": base64.b64encode(IMAGE).decode()}


def test_an_answer_that_nobody_can_look_up_is_waited_for() -> None:
    api, recorder = client(stored("page0_40_no_maxpage"))
    api.search(FIRST)
    assert recorder.requests[0].extensions["timeout"]["read"] == LONG.read


def test_it_sends_the_id_and_the_same_settings_on_later_pages() -> None:
    api, recorder = client(stored("page1_40"), stored("page1_40"))
    api.search(
        Query(tag="t", settings={"family_mode": "FAMILY_MODE_NONE"}, image=IMAGE, page=1, cbir_id=CBIR_ID)
    )
    api.search(Query(tag="t", settings={"site": "example.com"}, cbir_id=CBIR_ID))
    assert recorder.sent(0) == WANTED["next_page_id"]
    assert recorder.sent(1) == {**WANTED["site_restricted"], "page": "0"}


def test_it_sends_the_address_when_there_is_no_picture() -> None:
    api, recorder = client(stored("page0_40_no_maxpage"))
    api.search(Query(tag="t", settings={}, image_url="https://example.com/logo.png"))
    assert recorder.sent() == {**WANTED["first_page_url"], "page": "0"}


def test_it_sends_a_token_when_there_is_no_key() -> None:
    recorder = Recorder(stored("totally_empty"))
    Yandex("https://search.test", FOLDER, iam_token="t1.token", transport=recorder).search(FIRST)
    assert recorder.requests[0].headers["authorization"] == "Bearer t1.token"


@pytest.mark.parametrize(
    "query",
    [
        Query(tag="t", settings={}),
        Query(tag="t", settings={}, image=b"x" * 3_145_729),
        Query(tag="t", settings={}, image_url="https://example.com/" + "a" * 1024),
        Query(tag="t", settings={}, image_url="file:///etc/passwd"),
        replace(FIRST, page=-1),
        replace(BY_ID, cbir_id="x" * 1025),
        replace(FIRST, settings={"site": "https://example.com/"}),
        replace(FIRST, settings={"family_mode": "loose"}),
    ],
    ids=["nothing", "large", "long", "file", "page", "id", "site", "mode"],
)
def test_it_sends_nothing_that_cannot_work(query: Query) -> None:
    api, recorder = client()
    with pytest.raises(Rejected):
        api.search(query)
    assert recorder.requests == []


def test_it_returns_the_page_with_its_body_and_ranks() -> None:
    api, _ = client(stored("page1_40"))
    found = api.search(BY_ID, first_rank=41)
    assert found.answer is not None
    assert (found.answer.page, found.answer.cbir_id) == (1, CBIR_ID)
    assert [item.rank_absolute for item in found.answer.items] == list(range(41, 81))
    assert json.loads(found.body)["page"] == "1"


@pytest.mark.parametrize("name", ["nothing_found_page0", "totally_empty"])
def test_it_takes_nothing_found_as_an_answer(name: str) -> None:
    answer = client(stored(name))[0].search(FIRST).answer
    assert answer is not None
    assert (answer.items, answer.is_partial) == ((), False)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("closed"),
        httpx.Response(499),
        httpx.Response(408),
        httpx.Response(204),
        httpx.Response(200, html="<html></html>"),
        httpx.Response(200, content=b'{"images": [{"url'),
        httpx.Response(200, json=[]),
        status(14, "Service unavailable", http=200),
    ],
    ids=repr,
)
def test_it_does_not_know_whether_a_broken_page_was_billed(answer: httpx.Response | Exception) -> None:
    error = error_after(answer)
    assert isinstance(error, OutcomeUnknown)
    assert error.billed == "possibly"


def test_it_knows_that_an_unreached_yandex_billed_nothing() -> None:
    for answer in (httpx.ConnectError("no"), httpx.Response(307, headers={"location": "https://login.test"})):
        error = error_after(answer)
        assert type(error) is Unavailable
        assert error.billed == "no"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (status(16, "Unknown api key", http=200), AccountError),
        (httpx.Response(200, json={"error": {"grpcCode": 8, "message": "Quota exceeded"}}), RateLimited),
        (httpx.Response(200, json={"error": {"httpCode": 403}}), AccountError),
        (httpx.Response(200, json={"error": {"message": "Something"}}), OutcomeUnknown),
        (httpx.Response(402), AccountError),
        (httpx.Response(413, html="<h1>Too large</h1>"), Rejected),
        (status(8, "Received message larger than max (5 vs. 4)", http=429), Rejected),
        (status(12, "Unimplemented", http=501), ProtocolBug),
        (status(10, "Aborted", http=409), ProtocolBug),
        (httpx.Response(404, html="<h1>No such page</h1>"), ProtocolBug),
        (httpx.Response(405), ProtocolBug),
        (status(15, "Data loss", http=500), TaskFailed),
    ],
    ids=repr,
)
def test_it_says_what_other_refusals_mean(answer: httpx.Response, kind: type[ProviderError]) -> None:
    assert type(error_after(answer)) is kind


def test_it_waits_as_long_as_a_429_says() -> None:
    assert error_after(httpx.Response(429, headers={"Retry-After": "3"})).retry_after == 3
    assert error_after(stored("error_429_quota")).retry_after is None


def test_it_names_the_request_in_its_message() -> None:
    error = error_after(stored("error_403_permission"))
    assert error.code == 7
    assert error.message == (
        "Yandex does not serve this account: Permission denied "
        "(request e38e71c3-adc6-4584-98a4-b0f103d55f61)."
    )
    bare = error_after(httpx.Response(405, headers={"x-request-id": "r-1"}))
    assert bare.message == "Yandex did not understand our call: HTTP 405 (request r-1)."


def named(answer: httpx.Response) -> httpx.Response:
    answer.headers.update({"x-request-id": "r-1", "x-server-trace-id": "t-1"})
    return answer


def test_it_hands_on_the_names_of_a_call() -> None:
    ours = request_id("t")
    told = client(named(stored("page1_40")))[0].search(BY_ID).call
    assert told == CallIds(client=ours, request="r-1", trace="t-1")
    assert error_after(named(stored("error_500_internal"))).call == told
    assert error_after(named(httpx.Response(200, content=b'{"images": [{"url'))).call == told
    assert error_after(httpx.ReadTimeout("slow")).call == CallIds(client=ours)
    assert error_after(httpx.ConnectError("no")).call == CallIds(client=ours)


def test_it_reads_the_name_of_a_refused_call_in_its_body() -> None:
    told = error_after(stored("error_403_permission")).call
    assert told.request == "e38e71c3-adc6-4584-98a4-b0f103d55f61"
    assert told.trace == ""


def test_every_call_of_a_tag_has_the_same_name() -> None:
    api, recorder = client(stored("totally_empty"), stored("totally_empty"), stored("totally_empty"))
    for tag in ("a", "a", "b"):
        api.search(replace(FIRST, tag=tag))
    first, second, third = (request.headers["x-client-request-id"] for request in recorder.requests)
    assert first == second != third


def test_a_refused_address_is_told_from_a_refused_picture() -> None:
    by_address = Query(tag="t", settings={}, image_url="https://example.com/logo.png")
    error = error_after(stored("error_400_bad_image"), by_address)
    assert type(error) is AddressRejected
    assert error.message.startswith("Yandex does not take the picture's address: Cannot process image")


def test_it_logs_request_ids_and_nothing_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    error = error_after(named(stored("error_500_internal")))
    assert "r-1" in caplog.text
    assert "t-1" in caplog.text
    for secret in ("Api-Key", base64.b64encode(IMAGE).decode()):
        assert secret not in caplog.text + repr(error)
