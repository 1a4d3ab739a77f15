"""The limits: DataForSEO's per minute, Yandex's per second."""

import base64

import httpx
import pytest

from monitor.simulator.control import Control
from monitor.simulator.rates import Rates
from monitor.simulator.state import State
from tests.simulator.asking import AUTH, SEARCHES, call
from tests.simulator.hosting import drawing

QUESTION = [{"datetime_from": "2026-01-05 05:00:00 +00:00", "datetime_to": "2026-01-05 07:00:00 +00:00"}]


def test_it_counts_in_slots_of_time() -> None:
    rates = Rates(State())
    assert [rates.take("a", 2, at, 60).left for at in (0, 30, 59, 60, 61, 130)] == [1, 0, -1, 1, 0, 1]
    assert rates.take("b", 2, 130, 60).left == 1


@pytest.mark.parametrize(
    ("path", "body", "limit"),
    [
        (f"{SEARCHES}/tasks_ready", None, 20),
        (f"{SEARCHES}/tasks_fixed", None, 20),
        ("serp/id_list", QUESTION, 10),
        ("serp/errors", [{}], 10),
        ("appendix/user_data", None, 6),
    ],
)
def test_it_takes_so_many_calls_a_minute(
    http: httpx.Client, control: Control, path: str, body: object, limit: int
) -> None:
    codes = [call(http, path, body)["status_code"] for _ in range(limit + 2)]
    assert codes == [20000] * limit + [40202] * 2
    assert call(http, "appendix/errors")["status_code"] == 20000
    control.advance(60)
    assert call(http, path, body)["status_code"] == 20000


def test_it_tells_how_much_is_left(http: httpx.Client, control: Control) -> None:
    answers = [http.get(f"/v3/{SEARCHES}/tasks_ready", auth=AUTH) for _ in range(2)]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["19", "18"]
    assert answers[0].headers["X-RateLimit-Limit"] == "20"
    other = http.get(f"/v3/{SEARCHES}/task_get/advanced/x", auth=AUTH)
    assert (other.headers["X-RateLimit-Limit"], other.headers["X-RateLimit-Remaining"]) == ("2000", "1997")


def test_all_calls_together_have_a_limit(http: httpx.Client, control: Control) -> None:
    control.set(limits={"total": 3})
    codes = [call(http, "appendix/errors")["status_code"] for _ in range(4)]
    assert codes == [20000, 20000, 20000, 40202]


def test_it_can_be_told_to_take_every_call(http: httpx.Client, control: Control) -> None:
    control.set(limits=False)
    assert {call(http, "appendix/user_data")["status_code"] for _ in range(20)} == {20000}


def test_yandex_takes_so_many_calls_a_second_and_an_hour(http: httpx.Client, control: Control) -> None:
    control.set(limits={"yandex": 2})
    body = {"folderId": "simulator", "data": base64.b64encode(drawing()).decode()}

    def ask() -> httpx.Response:
        return http.post("/v2/image/search_by_image", json=body, headers={"Authorization": "Api-Key sim-ok"})

    ask()  # makes the simulated web, so that the next ones are quick
    control.advance(60)
    answers = [ask() for _ in range(8)]
    assert answers[0].status_code == 200
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].json()["code"] == 8
    charged = sum(len(amounts) for amounts in control.ledger()["charges"].values())
    assert charged == 1 + len(answers) - len(refused)
    control.set(limits={"yandex": 1000, "yandex_hour": charged})
    control.advance(1)
    assert ask().status_code == 429
    control.advance(3600)
    assert ask().status_code == 200
