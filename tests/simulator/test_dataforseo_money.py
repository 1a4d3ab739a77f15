"""The account's money: what is left, what a day may cost, and how it ends."""

import httpx
import pytest

from monitor.providers.base import Query
from monitor.providers.yandex import Yandex
from monitor.simulator.control import Control
from tests.simulator.asking import AUTH, MARKET, TASK_POST, call, listed_ids, post_tasks, row_of

URL = "https://images.example.org/a.jpg"


def money(http: httpx.Client) -> dict[str, float]:
    result: list[dict[str, dict[str, float]]] = row_of(http, "appendix/user_data")["result"]
    return result[0]["money"]


def test_it_pays_until_the_balance_is_used_up(http: httpx.Client, control: Control) -> None:
    control.set(balance=0.0012)
    answered = post_tasks(http, ["a", "b", "c"])
    assert [task["status_code"] for task in answered] == [20100, 20100, 40210]
    assert money(http)["balance"] == 0
    refused = http.post(f"/v3/{TASK_POST}", json=[{**MARKET, "image_url": URL}], auth=AUTH)
    assert (refused.status_code, refused.json()["status_code"], refused.json()["tasks"]) == (402, 40200, None)
    assert control.ledger()["charges"] == {"a": [0.0006], "b": [0.0006]}
    control.set(balance=10)
    assert post_tasks(http, ["d"])[0]["status_code"] == 20100
    assert money(http)["balance"] == pytest.approx(9.9994)


def test_a_high_priority_needs_twice_as_much(http: httpx.Client, control: Control) -> None:
    control.set(balance=0.0006)
    assert post_tasks(http, ["high"], priority=2)[0]["status_code"] == 40210
    assert post_tasks(http, ["normal"])[0]["status_code"] == 20100


def test_rectangles_double_the_price(http: httpx.Client, control: Control) -> None:
    answered = [
        *post_tasks(http, ["a"], calculate_rectangles=True),
        *post_tasks(http, ["b"], calculate_rectangles=True, priority=2),
        *post_tasks(http, ["c"], calculate_rectangles=False),
    ]
    assert [task["cost"] for task in answered] == [0.0012, 0.0024, 0.0006]


def test_a_day_may_cost_so_much(http: httpx.Client, control: Control) -> None:
    control.set(daily_limit=0.0018)
    answered = post_tasks(http, ["a", "b", "c", "d"])
    assert [task["status_code"] for task in answered] == [20100] * 3 + [40203]
    assert answered[3]["cost"] == 0
    assert call(http, TASK_POST, [{**MARKET, "image_url": URL}])["tasks"][0]["status_code"] == 40203
    assert money(http)["balance"] > 900
    control.advance(18 * 3600)  # the tests' time begins at six in the morning
    assert post_tasks(http, ["e"])[0]["status_code"] == 20100


def test_what_yandex_charges_is_not_of_this_account(
    http: httpx.Client, control: Control, yandex: Yandex, picture: bytes
) -> None:
    before = money(http)["balance"]
    yandex.search(Query(tag="y", settings={}, image=picture))
    assert control.ledger()["total"] == 0.0075
    assert money(http)["balance"] == before


def test_refused_tasks_are_listed_and_cost_nothing(http: httpx.Client, control: Control) -> None:
    post_tasks(http, ["good"])
    post_tasks(http, ["bad"], location_code=2999)
    rows = {row["metadata"]["tag"]: (row["status"], row["cost"]) for row in listed_ids(http)}
    assert rows == {"good": ("20100", 0.0006), "bad": ("40501", 0)}
