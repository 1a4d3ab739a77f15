"""What can be set: it holds at once and after a restart, and nonsense changes nothing."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.simulator.control import Control
from monitor.simulator.settings import LIMITS, Dials, Settings
from monitor.simulator.state import State
from tests.simulator.asking import listed_tags, post_tasks


def test_it_keeps_what_was_set(tmp_path: Path) -> None:
    state = State(tmp_path / "state.sqlite3")
    Dials(state).turn({"balance": 5, "seconds": [3, 9], "limits": {"id_list": 2}}, spent=2.5)
    state.close()
    state = State(tmp_path / "state.sqlite3")
    now = Dials(state).now
    state.close()
    assert now.deposit == 7.5
    assert list(now.seconds) == [3, 9]
    assert now.limits == {**LIMITS, "id_list": 2}
    assert now.webhook_timeout == Settings().webhook_timeout


def test_tasks_take_as_long_as_is_set(http: httpx.Client, control: Control) -> None:
    control.set(seconds=[100, 1000], high_seconds=50)
    post_tasks(http, [f"t{number}" for number in range(20)])
    post_tasks(http, ["hurry"], priority=2)
    control.advance(60)
    assert listed_tags(http, "tasks_ready") == ["hurry"]
    control.advance(490)
    assert 4 < len(listed_tags(http, "tasks_ready")) < 18
    control.advance(460)
    assert len(listed_tags(http, "tasks_ready")) == 21


def test_it_tells_what_is_set(http: httpx.Client, control: Control) -> None:
    control.set(status="long_execution_time")
    assert http.get("/_sim/settings").json()["status"] == "long_execution_time"


@pytest.mark.parametrize(
    "body",
    [
        {"balance": -1},
        {"balance": "much"},
        {"balance": float("inf")},
        {"seconds": [1, 2, 3]},
        {"seconds": [1, None]},
        {"limits": {"calls": 3}},
        {"limits": 5},
        {"webhook_hosts": "app.example.com"},
        {"webhook_hosts": [1]},
        {"status": None},
        {"world": "2026-01-05T06:00:00"},
        {"max_page": 1},
        {"colour": "blue"},
        [1],
    ],
)
def test_it_refuses_a_setting_that_means_nothing(http: httpx.Client, body: Any) -> None:
    before = http.get("/_sim/settings").json()
    assert http.post("/_sim/settings", content=json.dumps(body)).status_code == 400
    assert http.get("/_sim/settings").json() == before
