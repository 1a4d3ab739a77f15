"""Webhooks: what a receiver gets, and what becomes of those that nobody takes."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from monitor.simulator.control import Control
from monitor.simulator.hooks import Hooks
from monitor.simulator.state import State
from monitor.simulator.tasks import Task
from monitor.simulator.webhooks import address_of
from tests.simulator.asking import SEARCHES, TASK_POST, call, listed_tags, post_tasks, row_of
from tests.simulator.hosting import Host
from tests.simulator.receiving import Receiver

POST_PATH = {"path": f"/v3/{TASK_POST}"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def ready(http: httpx.Client) -> list[str]:
    return listed_tags(http, "tasks_ready")


def post(http: httpx.Client, tags: list[str], **fields: Any) -> list[str]:
    """The ids of tasks with these tags."""
    return [task["id"] for task in post_tasks(http, tags, **fields)]


def errors(http: httpx.Client, **question: Any) -> list[dict[str, Any]]:
    return row_of(http, "serp/errors", [question])["result"] or []


def wait_until(is_so: Callable[[], bool]) -> None:
    for _ in range(400):
        if is_so():
            return
        time.sleep(0.02)
    raise AssertionError("This never came.")


def test_it_calls_once_a_task_is_done(http: httpx.Client, control: Control, receiver: Receiver) -> None:
    (task_id,) = post(http, ["a b&c"], pingback_url=f"{receiver.url}?id=$id&tag=$tag")
    assert receiver.pings == []
    control.advance(30)
    wait_until(lambda: control.ledger()["webhooks"] == {"delivered": 1})
    assert receiver.pings == [{"id": [task_id], "tag": ["a b&c"]}]
    assert ready(http) == ["a b&c"]
    assert errors(http) == []


def test_it_posts_the_result(http: httpx.Client, control: Control, receiver: Receiver, host: Host) -> None:
    url = f"{host.url}/i/one.jpg"
    (task_id,) = post(http, ["t1"], postback_url=receiver.url, postback_data="advanced", image_url=url)
    control.advance(30)
    wait_until(lambda: control.ledger()["webhooks"] == {"delivered": 1})
    assert ready(http) == []
    (posted,) = receiver.posts
    collected = call(http, f"{SEARCHES}/task_get/advanced/{task_id}")
    assert posted["tasks"][0]["result"] == collected["tasks"][0]["result"]
    assert posted["tasks"][0]["data"]["tag"] == "t1"


def test_it_lists_what_nobody_takes(http: httpx.Client, control: Control, receiver: Receiver) -> None:
    receiver.status = 502
    (task_id,) = post(http, ["t1"], postback_url=receiver.url, postback_data="advanced")
    control.advance(30)
    wait_until(lambda: control.ledger()["webhooks"] == {"failed": 1})
    assert ready(http) == ["t1"]
    (error,) = errors(http, filtered_function="postback_url")
    assert (error["id"], error["http_code"], error["http_method"]) == (task_id, 502, "POST")
    assert errors(http, filtered_function="pingback_url") == []
    control.advance(8 * 86_400)
    assert errors(http) == []


def test_it_calls_no_other_machine(http: httpx.Client, control: Control) -> None:
    post(http, ["t1"], pingback_url="http://hooks.example.org/")
    control.advance(30)
    wait_until(lambda: control.ledger()["webhooks"] == {"failed": 1})
    assert errors(http)[0]["http_response"] == "This host is not allowed"


def test_it_sends_again_what_is_asked_for(http: httpx.Client, control: Control, receiver: Receiver) -> None:
    ids = post(http, ["t1", "t2"], pingback_url=f"{receiver.url}?tag=$tag") + post(http, ["silent"])
    control.advance(30)
    wait_until(lambda: len(receiver.pings) == 2)
    body = [{"id": task_id} for task_id in (ids[1], ids[2], "unknown")]
    answer = call(http, "appendix/webhook_resend", body)
    assert [task["status_code"] for task in answer["tasks"]] == [20000, 40401, 40401]
    wait_until(lambda: len(receiver.pings) == 3)
    assert receiver.pinged[2] == "t2"


def test_it_loses_doubles_and_reorders(http: httpx.Client, control: Control, receiver: Receiver) -> None:
    control.set_faults(
        [
            {"match": {**POST_PATH, "tag": tag}, "do": do}
            for tag, do in (
                ("lost", "lost_webhook"),
                ("twice", "duplicate_webhook"),
                ("late", "reorder_webhook 600"),
            )
        ]
    )
    post(http, ["late", "lost", "twice", "plain"], pingback_url=f"{receiver.url}?tag=$tag")
    control.advance(30)
    wait_until(lambda: sorted(receiver.pinged) == ["plain", "twice", "twice"])
    control.advance(600)
    wait_until(lambda: receiver.pinged[3:] == ["late"])
    assert "lost" in ready(http)


def test_it_gives_up_after_a_while(http: httpx.Client, control: Control, receiver: Receiver) -> None:
    control.set(webhook_timeout=0.2)
    receiver.delay = 1.0
    post(http, ["t1"], pingback_url=receiver.url)
    control.advance(30)
    wait_until(lambda: control.ledger()["webhooks"] == {"failed": 1})
    (error,) = errors(http)
    assert (error["http_code"], error["http_response"]) == (0, "ReadTimeout")
    assert 0.1 < error["http_time"] < 10


def task_with(**fields: str) -> Task:
    return Task(
        id="0105-1",
        tag="a b/ö#",
        fields=fields,
        cost=1,
        code=20000,
        posted_at=1,
        done_at=1,
        world_at=1,
        listed_at=1,
    )


def test_what_was_on_its_way_when_we_were_killed_is_sent_again() -> None:
    state = State()
    hooks = Hooks(state)
    hooks.plan(task_with(pingback_url="http://localhost/"), 5, {})
    assert hooks.take(4) == []
    taken = hooks.take(5)
    assert [hook.kind for hook in taken] == ["pingback_url"]
    assert hooks.take(5) == []
    restarted = Hooks(state)
    assert restarted.take(5) == taken
    restarted.end(taken[0], is_delivered=True)
    assert not Hooks(state).are_waiting()


def test_what_has_a_meaning_in_addresses_is_escaped() -> None:
    task = task_with(pingback_url="https://a.example.org/h?id=$id&tag=$tag#end")
    assert address_of(task, "pingback_url") == "https://a.example.org/h?id=0105-1&tag=a%20b%2F%C3%B6%23%23end"
