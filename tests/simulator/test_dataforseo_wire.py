"""DataForSEO's wire format beyond what our client reads: refusals, envelopes and the fields of a row."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.simulator.control import Control
from tests.simulator.asking import MARKET
from tests.simulator.hosting import Host

BASE = "/v3/serp/google/search_by_image"
AUTH = ("simulator", "simulator")
PAYLOADS = Path(__file__).parent.parent / "payloads" / "dataforseo"
TASK = {**MARKET, "image_url": "https://images.example.org/a.jpg", "tag": "t1"}


def post(http: httpx.Client, body: object, path: str = f"{BASE}/task_post") -> Any:
    return http.post(path, content=body if isinstance(body, bytes) else json.dumps(body), auth=AUTH).json()


def collected(http: httpx.Client, control: Control, host: Host) -> dict[str, Any]:
    answer = post(http, [{**TASK, "image_url": f"{host.url}/i/one.jpg"}])
    control.advance(30)
    task_id = answer["tasks"][0]["id"]
    found = http.get(f"{BASE}/task_get/advanced/{task_id}", auth=AUTH).json()
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"image_url": None}, 40501, "image_url"),
        ({"image_url": "not-a-url"}, 40501, "image_url"),
        ({"location_code": None}, 40501, "location_code"),
        ({"location_code": "2826"}, 40501, "location_code"),
        ({"location_name": "London"}, 40501, "location_name"),
        ({"language_code": None}, 40501, "language_code"),
        ({"language_code": "English"}, 40501, "language_code"),
        ({"priority": 3}, 40501, "priority"),
        ({"tag": "x" * 256}, 40501, "tag"),
        ({"postback_url": "https://a.example.org/"}, 40501, "postback_data"),
        ({"depth": 100}, 40506, "depth"),
    ],
)
def test_it_refuses_a_wrong_field(
    http: httpx.Client, control: Control, change: dict[str, Any], code: int, field: str
) -> None:
    answer = post(http, [{**TASK, **change}])
    (task,) = answer["tasks"]
    assert answer["status_code"] == 20000
    assert task["status_code"] == code
    assert f"'{field}'" in task["status_message"]
    assert task["cost"] == 0
    assert control.ledger()["tasks"] == 0


@pytest.mark.parametrize(
    "change",
    [
        {"location_code": None, "location_name": "London,England,United Kingdom"},
        {"location_code": None, "location_coordinate": "51.5074,-0.1278,2000"},
        {"language_code": None, "language_name": "English"},
        {"pingback_url": "https://a.example.org/?id=$id", "se_domain": "google.de", "max_crawl_pages": 1},
    ],
)
def test_it_takes_every_documented_field(
    http: httpx.Client, control: Control, change: dict[str, Any]
) -> None:
    assert post(http, [{**TASK, **change}])["tasks"][0]["status_code"] == 20100


def test_it_refuses_only_the_tasks_beyond_a_hundred(http: httpx.Client, control: Control) -> None:
    answer = post(http, [{**TASK, "tag": f"t{n}"} for n in range(102)])
    codes = [task["status_code"] for task in answer["tasks"]]
    assert codes == [20100] * 100 + [40006] * 2
    assert answer["cost"] == pytest.approx(0.06)
    assert control.ledger()["total"] == pytest.approx(0.06)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        *[(b"", 40502), (b"[]", 40502), (b"{}", 40503), (b"[1]", 40503), (b"[{", 40503)],
        *[(b"[" * 100_000, 40503), (rb'[{"tag": "half a character: \ud83d"}]', 40503), (b"\xff", 40503)],
    ],
)
def test_it_refuses_a_body_that_is_no_list_of_tasks(http: httpx.Client, body: bytes, code: int) -> None:
    answer = post(http, body)
    assert (answer["status_code"], answer["tasks"]) == (code, None)


@pytest.mark.parametrize("auth", [None, ("simulator", "wrong"), ("login", "simulator")])
def test_it_turns_strangers_away(http: httpx.Client, auth: tuple[str, str] | None) -> None:
    answer = http.get("/v3/appendix/user_data", auth=auth) if auth else http.get("/v3/appendix/user_data")
    assert answer.status_code == 401
    sample = json.loads((PAYLOADS / "http_401_body.json").read_text())
    assert answer.json() | {"time": ""} == sample | {"time": ""}


@pytest.mark.parametrize(
    "change",
    [
        {"limit": 0},
        {"limit": "all"},
        {"limit": 1001},
        {"offset": -1},
        {"offset": 10**20},
        {"datetime_to": "now"},
    ],
)
def test_it_refuses_a_wrong_question_for_tasks(http: httpx.Client, change: dict[str, Any]) -> None:
    hours = {"datetime_from": "2026-01-05 05:00:00 +00:00", "datetime_to": "2026-01-05 07:00:00 +00:00"}
    (task,) = post(http, [{**hours, **change}], "/v3/serp/id_list")["tasks"]
    assert task["status_code"] == 40501
    assert f"'{next(iter(change))}'" in task["status_message"]


def test_it_takes_whole_characters_that_are_written_in_two_halves(
    http: httpx.Client, control: Control
) -> None:
    post(http, json.dumps([{**TASK, "tag": "\U0001f69a"}]).encode())
    assert control.ledger()["charges"] == {"\U0001f69a": [0.0006]}


def test_it_has_no_live_search(http: httpx.Client) -> None:
    answer = http.post(f"{BASE}/live/advanced", json=[TASK], auth=AUTH)
    assert (answer.status_code, answer.json()["status_code"]) == (404, 40402)


def test_it_tells_the_balance(http: httpx.Client, control: Control) -> None:
    post(http, [TASK])
    (task,) = http.get("/v3/appendix/user_data", auth=AUTH).json()["tasks"]
    money = task["result"][0]["money"]
    assert money["total"] - money["balance"] == pytest.approx(0.0006)


def test_it_writes_rows_with_the_keys_of_the_recorded_ones(
    http: httpx.Client, control: Control, host: Host
) -> None:
    sample = json.loads((PAYLOADS / "task_get_advanced_ok.json").read_text())
    answer = collected(http, control, host)
    assert answer.keys() == sample.keys()
    ours, theirs = answer["tasks"][0], sample["tasks"][0]
    assert ours.keys() == theirs.keys()
    assert ours["data"].keys() >= theirs["data"].keys() - {"priority"}
    assert ours["result"][0].keys() == theirs["result"][0].keys()
    keys = {item["type"]: item.keys() for item in theirs["result"][0]["items"]}
    for item in ours["result"][0]["items"]:
        if item["type"] in keys:
            assert item.keys() == keys[item["type"]]


def test_it_counts_ranks_over_all_and_within_a_kind(http: httpx.Client, control: Control, host: Host) -> None:
    items = collected(http, control, host)["tasks"][0]["result"][0]["items"]
    assert [item["rank_absolute"] for item in items] == list(range(1, len(items) + 1))
    organic = [item["rank_group"] for item in items if item["type"] == "organic"]
    assert organic == list(range(1, len(organic) + 1))
    blocks = [item for item in items if item["type"] == "images"]
    assert len(blocks) == 2
    assert max(len(block["items"]) for block in blocks) > 1


def test_it_shows_a_price_where_the_host_is_expected(
    http: httpx.Client, control: Control, host: Host
) -> None:
    items = collected(http, control, host)["tasks"][0]["result"][0]["items"]
    labels = [item["domain"] for item in items if item["type"] == "organic"]
    assert any("* • " in label for label in labels)
    assert any(label.endswith(".example") for label in labels)


def test_it_lists_tasks_in_pages(http: httpx.Client, control: Control) -> None:
    post(http, [{**TASK, "tag": f"t{n}"} for n in range(5)])
    question = {
        "datetime_from": "2026-01-05 05:00:00 +00:00",
        "datetime_to": "2026-01-05 07:00:00 +00:00",
        "limit": 2,
        "include_metadata": True,
    }
    tags = []
    for offset in (0, 2, 4):
        (task,) = post(http, [{**question, "offset": offset}], "/v3/serp/id_list")["tasks"]
        tags += [row["metadata"]["tag"] for row in task["result"]]
    assert tags == ["t0", "t1", "t2", "t3", "t4"]
    (task,) = post(http, [{**question, "include_metadata": False}], "/v3/serp/id_list")["tasks"]
    assert all("metadata" not in row for row in task["result"])
    assert post(http, [{}], "/v3/serp/id_list")["tasks"][0]["status_code"] == 40501
