"""The script of faults: what a caller meets, and what was charged all the same."""

import base64
from datetime import timedelta
from typing import Any

import httpx
import pytest

from monitor.providers.base import (
    AccountError,
    OutcomeUnknown,
    ProviderError,
    Query,
    RateLimited,
    TaskFailed,
    TaskLost,
    Unavailable,
)
from monitor.providers.dataforseo import DataForSEO
from monitor.providers.yandex import Yandex
from monitor.simulator.control import Control
from tests.simulator.asking import google_query
from tests.simulator.conftest import START
from tests.simulator.hosting import Host

URL = "https://images.example.org/a.jpg"
POST = {"path": "/v3/serp/google/search_by_image/task_post"}
GET = {"path": "/v3/serp/google/search_by_image/task_get"}
YANDEX = {"path": "/v2/image"}


def fault(do: str, match: dict[str, str] | None = None, times: int = 1) -> dict[str, Any]:
    return {"match": match or {}, "do": do, "times": times}


@pytest.mark.parametrize(
    ("do", "charges"),
    [("timeout_before", {}), ("timeout_after", {"t1": [0.0006]}), ("truncated", {"t1": [0.0006]})],
)
def test_it_leaves_open_whether_a_task_was_created(
    dataforseo: DataForSEO, control: Control, do: str, charges: dict[str, list[float]]
) -> None:
    control.set_faults([fault(do, POST)])
    with pytest.raises(OutcomeUnknown):
        dataforseo.post([google_query(URL)])
    assert control.ledger()["charges"] == charges
    hour = timedelta(hours=1)
    assert [task.tag for task in dataforseo.find_tasks(START - hour, START + hour)] == list(charges)
    (posted,) = dataforseo.post([google_query(URL, "t2")])
    assert posted.remote_id


def test_it_answers_with_a_proxys_page(dataforseo: DataForSEO, control: Control) -> None:
    control.set_faults([fault("html", POST)])
    with pytest.raises(OutcomeUnknown):
        dataforseo.post([google_query(URL)])
    assert control.ledger()["charges"] == {"t1": [0.0006]}


@pytest.mark.parametrize(
    ("do", "error"),
    [
        ("http 503", Unavailable),
        ("http 429", RateLimited),
        ("http 401", AccountError),
        ("truncated", Unavailable),
    ],
)
def test_it_fails_a_call_that_is_free(
    dataforseo: DataForSEO, control: Control, do: str, error: type[ProviderError]
) -> None:
    (posted,) = dataforseo.post([google_query(URL)])
    control.set_faults([fault(do, GET)])
    with pytest.raises(error):
        dataforseo.collect(posted.remote_id)
    assert dataforseo.collect(posted.remote_id).answer is None


def test_it_refuses_the_tasks_with_a_tag(dataforseo: DataForSEO, control: Control) -> None:
    control.set_faults([fault("code 40202", {"tag": "odd"})])
    posted = dataforseo.post([google_query(URL, tag) for tag in ("even-2", "odd-3", "even-4")])
    assert [one.error is None for one in posted] == [True, False, True]
    assert isinstance(posted[1].error, RateLimited)
    assert control.ledger()["charges"] == {"even-2": [0.0006], "even-4": [0.0006]}


def test_it_ends_a_paid_task_without_an_answer(dataforseo: DataForSEO, control: Control, host: Host) -> None:
    control.set_faults([fault("code 40103", {**POST, "tag": "t1"})])
    (posted,) = dataforseo.post([google_query(f"{host.url}/i/one.jpg")])
    assert dataforseo.collect(posted.remote_id).answer is None
    control.advance(30)
    for _ in range(2):
        with pytest.raises(TaskFailed) as caught:
            dataforseo.collect(posted.remote_id)
        assert caught.value.code == 40103


def test_it_ends_a_task_with_half_of_its_results(
    dataforseo: DataForSEO, control: Control, host: Host
) -> None:
    control.set_faults([fault("code 40106", POST)])
    posted = [dataforseo.post([google_query(f"{host.url}/i/one.jpg", tag)])[0] for tag in ("part", "whole")]
    control.advance(30)
    part, whole = (dataforseo.collect(one.remote_id).answer for one in posted)
    assert part is not None
    assert whole is not None
    assert part.is_partial
    assert not whole.is_partial
    assert 0 < len(part.items) < len(whole.items)


def test_it_ends_a_task_that_found_nothing(dataforseo: DataForSEO, control: Control, host: Host) -> None:
    control.set_faults([fault("code 40102", POST)])
    (posted,) = dataforseo.post([google_query(f"{host.url}/i/one.jpg")])
    control.advance(30)
    answer = dataforseo.collect(posted.remote_id).answer
    assert answer is not None
    assert answer.items == ()


def test_it_loses_a_task_that_was_paid_for(dataforseo: DataForSEO, control: Control) -> None:
    control.set_faults([fault("lost", {"tag": "t1"})])
    (posted,) = dataforseo.post([google_query(URL)])
    control.advance(30)
    with pytest.raises(TaskLost):
        dataforseo.collect(posted.remote_id)
    hour = timedelta(hours=1)
    assert dataforseo.ready() == []
    assert list(dataforseo.find_tasks(START - hour, START + hour)) == []
    assert control.ledger()["charges"] == {"t1": [0.0006]}


@pytest.mark.parametrize(
    ("do", "error", "is_charged"),
    [
        ("http 503", OutcomeUnknown, False),
        ("http 429", RateLimited, False),
        ("http 502", OutcomeUnknown, False),
        ("code 7", AccountError, False),
        ("code 8", RateLimited, False),
        ("timeout_before", OutcomeUnknown, False),
        ("timeout_after", OutcomeUnknown, True),
        ("truncated", OutcomeUnknown, True),
        ("html", OutcomeUnknown, True),
    ],
)
def test_it_fails_a_call_to_yandex(
    yandex: Yandex, control: Control, picture: bytes, do: str, error: type[ProviderError], is_charged: bool
) -> None:
    control.set_faults([fault(do, YANDEX)])
    with pytest.raises(error):
        yandex.search(Query(tag="a", settings={}, image=picture))
    assert (control.ledger()["total"] > 0) == is_charged
    assert yandex.search(Query(tag="b", settings={}, image=picture)).answer


def test_it_counts_down_every_line_of_its_own(
    dataforseo: DataForSEO, yandex: Yandex, control: Control, picture: bytes
) -> None:
    control.set_faults([fault("http 503", YANDEX, times=2), fault("http 503", POST)])
    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            yandex.search(Query(tag="a", settings={}, image=picture))
    assert yandex.search(Query(tag="a", settings={}, image=picture)).answer
    with pytest.raises(ProviderError):
        dataforseo.post([google_query(URL)])
    assert dataforseo.post([google_query(URL)])[0].remote_id


def test_it_goes_on_forever_without_times_and_ends_with_a_new_script(
    dataforseo: DataForSEO, control: Control
) -> None:
    control.set_faults([{"match": {"path": "/v3/"}, "do": "http 503"}])
    for _ in range(5):
        with pytest.raises(Unavailable):
            dataforseo.ready()
    control.set_faults([])
    assert dataforseo.ready() == []


def test_it_waits_for_the_call_that_is_meant(dataforseo: DataForSEO, control: Control) -> None:
    control.set_faults([{"match": {"path": "/v3/", "nth": 3}, "do": "http 503", "times": 2}])
    outcomes = []
    for _ in range(6):
        try:
            outcomes.append(dataforseo.ready() == [])
        except Unavailable:
            outcomes.append(False)
    assert outcomes == [True, True, False, False, True, True]


def test_it_keeps_an_answer_for_a_while(
    http: httpx.Client, control: Control, yandex: Yandex, picture: bytes
) -> None:
    control.set_faults([fault("slow 2", {**YANDEX, "tag": "slow-one"})])
    body = {"folderId": "simulator", "data": base64.b64encode(picture).decode()}
    headers = {"Authorization": "Api-Key sim-ok", "x-client-request-id": "slow-one"}
    with pytest.raises(httpx.ReadTimeout):
        http.post("/v2/image/search_by_image", json=body, headers=headers, timeout=1)
    assert control.ledger()["charges"] == {"slow-one": [0.0075]}
    assert yandex.search(Query(tag="quick", settings={}, image=picture)).answer
