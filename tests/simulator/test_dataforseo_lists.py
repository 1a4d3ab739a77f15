"""Lists that lag, that show what others own, and that show what was repaired."""

from typing import Any

import httpx

from monitor.simulator.control import Control
from tests.simulator.asking import SEARCHES, call, listed_ids, listed_tags, post_tasks, row_of
from tests.simulator.hosting import Host

POST_PATH = {"path": f"/v3/{SEARCHES}/task_post"}


def task_of(http: httpx.Client, task_id: str) -> dict[str, Any]:
    return row_of(http, f"{SEARCHES}/task_get/advanced/{task_id}")


def test_ids_may_be_listed_later(http: httpx.Client, control: Control) -> None:
    control.set_faults([{"match": {**POST_PATH, "tag": "slow"}, "do": "id_list_lag 180"}])
    post_tasks(http, ["slow", "quick"])
    assert [row["metadata"]["tag"] for row in listed_ids(http)] == ["quick"]
    control.advance(181)
    assert [row["metadata"]["tag"] for row in listed_ids(http)] == ["slow", "quick"]


def test_finished_tasks_may_be_listed_later(http: httpx.Client, control: Control) -> None:
    control.set_faults([{"match": {**POST_PATH, "tag": "slow"}, "do": "ready_lag 60"}])
    post_tasks(http, ["slow", "quick"])
    control.advance(30)
    assert listed_tags(http, "tasks_ready") == ["quick"]
    control.advance(60)
    assert listed_tags(http, "tasks_ready") == ["quick", "slow"]


def test_a_task_may_be_late(http: httpx.Client, control: Control, host: Host) -> None:
    control.set_faults([{"match": POST_PATH, "do": "late 3600"}])
    (posted,) = post_tasks(http, ["t1"], image_url=f"{host.url}/i/one.jpg")
    codes = []
    for _ in range(3):
        control.advance(1207)
        codes.append(task_of(http, posted["id"])["status_code"])
    assert codes == [40602, 40601, 20000]


def test_others_may_use_the_same_account(http: httpx.Client, control: Control) -> None:
    control.set_faults([{"match": {"path": f"/v3/{SEARCHES}/tasks_ready"}, "do": "foreign_ready 1000"}])
    post_tasks(http, ["ours"])
    control.advance(30)
    assert "ours" in listed_tags(http, "tasks_ready")
    post_tasks(http, ["late"])
    control.advance(30)
    rows = row_of(http, f"{SEARCHES}/tasks_ready")["result"]
    assert len(rows) == 1000
    assert "late" not in [row["tag"] for row in rows]
    assert control.ledger()["foreign_collected"] == 0
    task_of(http, next(row["id"] for row in rows if row["tag"] != "ours"))
    ledger = control.ledger()
    assert (ledger["foreign_collected"], ledger["tasks"]) == (1, 2)
    assert ledger["charges"].keys() == {"ours", "late"}


def test_a_repaired_task_is_listed_until_it_is_collected_again(
    http: httpx.Client, control: Control, host: Host
) -> None:
    control.set_faults([{"match": POST_PATH, "do": "fixed 3600", "times": 1}])
    fixed, _ = post_tasks(http, ["fixed", "plain"], image_url=f"{host.url}/i/one.jpg")
    control.advance(30)
    first = task_of(http, fixed["id"])["result"]
    assert listed_tags(http, "tasks_fixed") == []
    control.advance(3600)
    assert listed_tags(http, "tasks_fixed") == ["fixed"]
    second = task_of(http, fixed["id"])["result"]
    urls = [{item.get("url") for item in result[0]["items"]} for result in (first, second)]
    assert urls[0] < urls[1]
    assert listed_tags(http, "tasks_fixed") == []
    assert listed_tags(http, "tasks_ready") == ["plain"]


def test_an_answer_may_be_thin_or_empty(http: httpx.Client, control: Control, host: Host) -> None:
    control.set_faults([{"match": {**POST_PATH, "tag": do}, "do": do} for do in ("thin", "empty")])
    posted = post_tasks(http, ["thin", "empty", "whole"], image_url=f"{host.url}/i/one.jpg")
    control.advance(30)
    thin, empty, whole = (task_of(http, task["id"]) for task in posted)
    sizes = [row["result"][0]["items_count"] for row in (thin, empty, whole)]
    assert (sizes[0], sizes[1]) == (sizes[2] // 5, 0)
    assert empty["status_code"] == 20000
    assert empty["result"][0]["items"] is None


def test_failed_tasks_are_among_the_errors(http: httpx.Client, control: Control) -> None:
    control.set_faults([{"match": {**POST_PATH, "tag": "bad"}, "do": "code 40103"}])
    _, bad = post_tasks(http, ["good", "bad"])
    assert row_of(http, "serp/errors", [{}])["result"] is None
    control.advance(30)
    (error,) = row_of(http, "serp/errors", [{"limit": 10}])["result"]
    assert (error["id"], error["error_code"]) == (bad["id"], 40103)
    assert row_of(http, "serp/errors", [{"limit": 0}])["status_code"] == 40501
    assert call(http, "serp/errors", [])["status_code"] == 40503
