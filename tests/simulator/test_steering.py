"""The control addresses: the clock, the script of faults and the ledger."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from monitor.providers.base import Query, TaskFailed, Unavailable
from monitor.providers.dataforseo import DataForSEO
from monitor.providers.yandex import Yandex
from monitor.simulator.clock import Clock
from monitor.simulator.control import Control
from monitor.simulator.server import Server
from monitor.simulator.state import State
from monitor.simulator.web.addresses import thumbnail_url
from monitor.simulator.web.recipes import Shown
from tests.simulator.asking import google_query

MINUTE = timedelta(minutes=1)


def test_it_follows_the_real_clock_until_it_is_set() -> None:
    clock = Clock(State())
    assert abs(datetime.fromtimestamp(clock.now(), UTC) - datetime.now(UTC)) < MINUTE
    past = datetime(2024, 2, 29, 12, tzinfo=UTC)
    clock.set(past)
    clock.advance(3600)
    assert abs(datetime.fromtimestamp(clock.now(), UTC) - past - timedelta(hours=1)) < MINUTE
    clock.set(None)
    assert abs(datetime.fromtimestamp(clock.now(), UTC) - datetime.now(UTC)) < MINUTE


def test_it_moves_the_clock(server: Server, dataforseo: DataForSEO) -> None:
    at = datetime(2025, 7, 1, 12, tzinfo=UTC)
    with Control(server.url) as control:
        control.set_clock(at)
        control.advance(86_400)
        dataforseo.post([google_query("https://images.example.org/a.jpg")])
    day = timedelta(days=1)
    (task,) = dataforseo.find_tasks(at + day - MINUTE, at + day + MINUTE)
    assert task.tag == "t1"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("clock", {}),
        ("clock", {"now": "yesterday"}),
        ("clock", {"now": "2026-01-05T06:00:00"}),
        ("advance", {"seconds": "soon"}),
        ("advance", []),
        ("advance", {"seconds": float("nan")}),
        ("advance", {"seconds": float("inf")}),
        ("advance", {"seconds": 1e15}),
        ("seed", {"seed": "x"}),
        ("seed", {}),
        ("faults", {}),
        ("faults", [{"do": "explode"}]),
        ("faults", [{"do": "http many"}]),
        ("faults", ["http 503"]),
        ("faults", [{"do": "http 503", "match": {"nth": 0}}]),
        ("faults", [{"do": "http 503", "match": {"tags": "t1"}}]),
        ("faults", [{"do": "http 503", "time": 1}]),
        ("faults", [{"do": "http 503", "times": 0}]),
    ],
)
def test_it_refuses_an_order_that_means_nothing(http: httpx.Client, name: str, body: object) -> None:
    answer = http.post(f"/_sim/{name}", content=json.dumps(body))
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert http.get("/v3/appendix/user_data", auth=("simulator", "simulator")).status_code == 200


def test_it_has_no_other_controls(http: httpx.Client) -> None:
    assert http.post("/_sim/stop", json={}).status_code == 404
    assert http.get("/_sim/clock").status_code == 404


def test_it_adds_up_what_was_charged(dataforseo: DataForSEO, control: Control) -> None:
    dataforseo.post([google_query("https://images.example.org/a.jpg", tag) for tag in ("a", "b")])
    dataforseo.post([google_query("https://images.example.org/a.jpg", "a")])
    ledger = control.ledger()
    assert ledger["charges"] == {"a": [0.0006, 0.0006], "b": [0.0006]}
    assert (ledger["total"], ledger["tasks"], ledger["foreign_collected"]) == (0.0018, 3, 0)


def test_it_tells_every_paid_task_and_how_it_ends(dataforseo: DataForSEO, control: Control) -> None:
    control.set_faults(
        [{"match": {"tag": "bad"}, "do": "code 40103"}, {"match": {"tag": "no"}, "do": "code 40501"}]
    )
    posted = dataforseo.post(
        [google_query("https://images.example.org/a.jpg", tag) for tag in ("bad", "good", "no")]
    )
    control.advance(30)
    with suppress(TaskFailed):  # there is no such picture
        dataforseo.collect(posted[1].remote_id)
    found = {task["tag"]: (task["code"], task["collected_at"] is not None) for task in control.tasks()}
    assert found == {"bad": (40103, False), "good": (40101, True)}
    assert {task["id"] for task in control.tasks()} == {one.remote_id for one in posted[:2]}
    assert control.tasks()[0]["image_url"] == "https://images.example.org/a.jpg"


def test_it_tells_what_the_script_has_done(dataforseo: DataForSEO, control: Control) -> None:
    control.set_faults([{"seed": 4}, {"do": "http 503", "share": 0.5}])
    control.set_seed(5)
    for _ in range(10):
        with suppress(Unavailable):
            dataforseo.ready()
    (line,) = control.faults()
    assert line["met"] == 10
    assert 0 < line["hits"] < 10


def test_it_can_hold_the_web_still(yandex: Yandex, control: Control, picture: bytes) -> None:
    control.set(world="2026-01-05T06:00:00+00:00")
    first = yandex.search(Query(tag="a", settings={}, image=picture)).answer
    control.advance(60 * 86_400)
    again = yandex.search(Query(tag="b", settings={}, image=picture)).answer
    control.set(world=None)
    moved = yandex.search(Query(tag="c", settings={}, image=picture)).answer
    assert first is not None
    assert again is not None
    assert moved is not None
    assert first.items == again.items
    assert first.items != moved.items


def test_it_tells_the_truth_of_a_picture(control: Control) -> None:
    shown = Shown(seed=1, number=9, letter="e")
    assert control.truth(thumbnail_url("0" * 64, shown)) == "exact"
    assert control.truth("https://loftly.example/media/none.jpg") == "none"
