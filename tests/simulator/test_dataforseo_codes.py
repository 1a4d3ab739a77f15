"""Every code of the service, for a whole call and for one task."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.simulator.control import Control
from monitor.simulator.dataforseo.codes import LATE_CODES
from tests.simulator.asking import AUTH, SEARCHES, call, post_tasks, row_of
from tests.simulator.hosting import Host

PAYLOADS = Path(__file__).parent.parent / "payloads" / "dataforseo"
CODES = [row["code"] for row in json.loads((PAYLOADS / "codes.json").read_text())]
ERRORS = [code for code in CODES if code >= 40000]
GET = {"path": f"/v3/{SEARCHES}/task_get"}
POST = {"path": f"/v3/{SEARCHES}/task_post"}
HTTP = {40100: 401, 40104: 403, 40200: 402, 40210: 402, 40400: 404, 40402: 404, 50000: 500}


def test_it_lists_every_code(http: httpx.Client) -> None:
    rows = row_of(http, "appendix/errors")["result"]
    assert sorted(row["code"] for row in rows) == sorted(CODES)
    assert all(row["message"].endswith((".", ")")) for row in rows)


@pytest.mark.parametrize("code", ERRORS)
def test_it_refuses_a_whole_call_with_any_code(http: httpx.Client, control: Control, code: int) -> None:
    control.set_faults([{"do": f"envelope {code}"}])
    answer = http.get(f"/v3/{SEARCHES}/tasks_ready", auth=AUTH)
    assert answer.status_code == HTTP.get(code, 200)
    assert (answer.json()["status_code"], answer.json()["tasks"]) == (code, None)


@pytest.mark.parametrize("code", ERRORS)
def test_it_refuses_a_task_or_ends_it_with_any_code(
    http: httpx.Client, control: Control, code: int, host: Host
) -> None:
    control.set_faults([{"match": POST, "do": f"code {code}", "times": 1}])
    hit, spared = post_tasks(http, ["hit", "spared"], image_url=f"{host.url}/i/one.jpg")
    assert hit["status_code"] == (20100 if code in LATE_CODES else code)
    assert spared["status_code"] == 20100
    assert ("hit" in control.ledger()["charges"]) == (code in LATE_CODES)
    control.advance(30)
    ends = [
        row_of(http, f"{SEARCHES}/task_get/advanced/{task['id']}")["status_code"] for task in (hit, spared)
    ]
    assert ends == [code if code in LATE_CODES else 40401, 20000]


@pytest.mark.parametrize("code", [40102, 40601, 40403, 50301])
def test_it_says_so_of_a_task_once(http: httpx.Client, control: Control, code: int, host: Host) -> None:
    (posted,) = post_tasks(http, ["t1"], image_url=f"{host.url}/i/one.jpg")
    control.advance(30)
    control.set_faults([{"match": GET, "do": f"code {code}", "times": 1}])
    path = f"{SEARCHES}/task_get/advanced/{posted['id']}"
    assert [row_of(http, path)["status_code"] for _ in range(2)] == [code, 20000]


def test_a_refused_call_says_nothing_of_tasks(http: httpx.Client, control: Control) -> None:
    control.set_faults([{"match": POST, "do": "envelope 40202"}])
    sample: dict[str, Any] = json.loads((PAYLOADS / "envelope_40202_rate_limited.json").read_text())
    assert call(http, f"{SEARCHES}/task_post", [{"tag": "t1"}]) == sample
    assert control.ledger()["charges"] == {}


def test_it_asks_to_wait(http: httpx.Client, control: Control) -> None:
    control.set_faults([{"do": "retry_after 30", "times": 1}])
    answer = http.get("/v3/appendix/status", auth=AUTH)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert http.get("/v3/appendix/status", auth=AUTH).status_code == 200
