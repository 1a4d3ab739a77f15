"""Webhooks: what a receiver gets, and what becomes of those that nobody takes."""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from monitor.simulator.control import Control
from tests.simulator.asking import MARKET
from tests.simulator.hosting import Host

BASE = "/v3/serp/google/search_by_image"
AUTH = ("simulator", "simulator")
POST_PATH = {"path": f"{BASE}/task_post"}


class Receiver:
    """Takes webhooks and answers them with `status`."""

    def __init__(self) -> None:
        self.status = 204
        self.pings: list[dict[str, list[str]]] = []
        self.posts: list[Any] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                receiver.pings.append(parse_qs(urlsplit(self.path).query))
                self.send_response(receiver.status)
                self.end_headers()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["Content-Encoding"] == "gzip"
                receiver.posts.append(json.loads(gzip.decompress(body)))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    @property
    def pinged(self) -> list[str]:
        """The tags in the order of their pingbacks."""
        return [ping["tag"][0] for ping in self.pings]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def post(http: httpx.Client, tags: list[str], **fields: Any) -> list[str]:
    """The ids of tasks with these tags."""
    body = [{**MARKET, "image_url": "https://images.example.org/a.jpg", "tag": tag, **fields} for tag in tags]
    answer = http.post(f"{BASE}/task_post", json=body, auth=AUTH).json()
    return [task["id"] for task in answer["tasks"]]


def ready(http: httpx.Client) -> list[str]:
    rows = http.get(f"{BASE}/tasks_ready", auth=AUTH).json()["tasks"][0]["result"] or []
    return [row["tag"] for row in rows]


def errors(http: httpx.Client, **question: Any) -> list[dict[str, Any]]:
    found = http.post("/v3/serp/errors", json=[question], auth=AUTH).json()["tasks"][0]["result"]
    return found or []


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
    collected = http.get(f"{BASE}/task_get/advanced/{task_id}", auth=AUTH).json()
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
    answer = http.post("/v3/appendix/webhook_resend", json=body, auth=AUTH).json()
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
