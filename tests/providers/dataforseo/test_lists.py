"""The free calls beside tasks: the account, the service, places, languages, errors and webhooks."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from monitor.providers.base import RateLimited, Unavailable
from monitor.providers.dataforseo.facts import AccountFacts, ServiceStatus
from monitor.providers.dataforseo.rows import FailedCall, Language, Place
from tests.providers.dataforseo.test_client import ID, client
from tests.providers.wire import payload, reply

SINCE, UNTIL = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, 3, tzinfo=UTC)


def answering(*result: object, code: int = 20000) -> httpx.Response:
    """An answer whose one task has this result."""
    task = {"status_code": code, "status_message": "Told.", "result": result or None}
    return httpx.Response(200, json={"status_code": 20000, "tasks": [task]})


def user_data(**money: Any) -> httpx.Response:
    """The stored account with other amounts."""
    stored = json.loads(payload("dataforseo/user_data.json"))
    stored["tasks"][0]["result"][0]["money"] |= money
    return httpx.Response(200, json=stored)


def test_it_reads_the_account() -> None:
    api, recorder = client(reply("dataforseo/user_data.json"))
    assert api.account() == AccountFacts(
        balance=Decimal("47.1934"),
        prices={"normal": Decimal("0.0006"), "high": Decimal("0.0012")},
        limits={
            "task_post": 2000,
            "tasks_ready": 20,
            "tasks_fixed": 20,
            "task_get": 2000,
            "id_list": 10,
            "errors": 10,
            "locations": 2000,
            "languages": 2000,
        },
        day_limit=None,
        spent_today=Decimal("0.0126"),
    )
    assert recorder.requests[0].url.path == "/v3/appendix/user_data"


def test_the_tighter_limit_of_the_day_counts() -> None:
    limited = user_data(limits={"day": {"total": 5, "total_serp": 2.5}})
    assert client(limited)[0].account().day_limit == Decimal("2.5")


def test_an_empty_account_has_a_balance_and_one_without_is_no_answer() -> None:
    assert client(user_data(balance=0))[0].account().balance == 0
    for nothing in (user_data(balance=None), answering(), answering({"money": []})):
        with pytest.raises(Unavailable, match="balance"):
            client(nothing)[0].account()


def test_it_reads_how_the_service_does() -> None:
    api, recorder = client(reply("dataforseo/appendix_status.json"))
    told = "long_execution_time"
    assert api.status() == ServiceStatus(state=told, endpoints={"task_get": told})
    assert recorder.requests[0].url.path == "/v3/appendix/status"


def test_trouble_of_another_interface_is_not_ours() -> None:
    other = {"api": "backlinks", "status": "down", "endpoints": [{"endpoint": "live", "status": "down"}]}
    assert client(answering(other))[0].status() == ServiceStatus()


def test_it_reads_places() -> None:
    api, recorder = client(reply("dataforseo/locations.json"))
    found = api.locations()
    assert found[:2] == [
        Place(code=2840, name="United States", country="US", kind="Country"),
        Place(code=21132, name="Alaska,United States", country="US", kind="State"),
    ]
    assert [place.code for place in found[2:]] == [2826, 2276, 2724]
    assert recorder.requests[0].url.path == "/v3/serp/google/locations"
    assert recorder.requests[0].extensions["timeout"]["read"] == 15


def test_it_reads_languages() -> None:
    api, recorder = client(reply("dataforseo/languages.json"))
    assert api.languages() == [
        Language(code="en", name="English"),
        Language(code="de", name="German"),
        Language(code="es", name="Spanish"),
    ]
    assert recorder.requests[0].url.path == "/v3/serp/google/languages"


def test_rows_without_a_code_or_a_name_are_left_out() -> None:
    odd: list[object] = [
        {},
        {"location_code": "x", "location_name": "X"},
        {"location_code": 7, "location_name": " "},
    ]
    assert client(answering(*odd))[0].locations() == []
    assert client(answering({"language_code": "xx"}))[0].languages() == []


def test_it_reads_failed_webhooks() -> None:
    api, recorder = client(reply("dataforseo/serp_errors.json"))
    address = "https://app.example.com/hooks/dataforseo/pb"
    assert list(api.errors(SINCE, UNTIL)) == [
        FailedCall(
            remote_id=ID,
            at=datetime(2026, 11, 21, 2, 41, 9, tzinfo=UTC),
            function="pingback_url",
            code=50000,
            told=address,
            url=f"{address}?id={ID}&tag=bm1",
            status=502,
            seconds=Decimal("0.41"),
        )
    ]
    assert recorder.requests[0].url.path == "/v3/serp/errors"
    assert recorder.sent() == [
        {
            "datetime_from": "2026-11-20 00:00:00 +00:00",
            "datetime_to": "2026-11-21 03:00:00 +00:00",
            "limit": 1000,
            "offset": 0,
        }
    ]


def test_it_turns_the_pages_of_the_errors() -> None:
    full = answering(*({"id": ID} for _ in range(1000)))
    api, recorder = client(full, answering({"id": ID}, {"id": "odd"}))
    assert len(list(api.errors(SINCE, UNTIL))) == 1001
    assert json.loads(recorder.requests[1].content)[0]["offset"] == 1000


def test_it_asks_for_webhooks_again() -> None:
    asked = json.loads(payload("dataforseo/webhook_resend_request.json"))
    tasks = [{"status_code": 20000}, {"status_code": 40401}]
    api, recorder = client(httpx.Response(200, json={"status_code": 20000, "tasks": tasks}))
    assert api.resend([row["id"] for row in asked]) == 1
    assert recorder.requests[0].url.path == "/v3/appendix/webhook_resend"
    assert recorder.sent() == asked


def test_it_says_when_no_webhook_is_sent_again() -> None:
    with pytest.raises(RateLimited):
        client(answering(code=40202))[0].resend([ID])


@pytest.mark.parametrize("ids", [[ID] * 101, ["../user_data"]])
def test_it_asks_for_no_odd_webhooks(ids: list[str]) -> None:
    api, recorder = client()
    assert api.resend([]) == 0
    with pytest.raises(ValueError, match="100"):
        api.resend(ids)
    assert recorder.requests == []
