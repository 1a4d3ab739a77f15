"""What goes wrong while pages are walked: ids that expire or change, thin and empty pages, both envelopes."""

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.simulator.control import Control
from tests.simulator.hosting import Host, drawing

PATH = "/v2/image/search_by_image"
PAYLOADS = Path(__file__).parent.parent / "payloads" / "yandex"
PICTURE = {"data": base64.b64encode(drawing()).decode()}


def ask(http: httpx.Client, key: str = "Api-Key sim-ok", **fields: Any) -> httpx.Response:
    headers = {"Authorization": key, "x-client-request-id": "walk"}
    return http.post(PATH, json={"folderId": "simulator", **fields}, headers=headers)


def addresses(page: dict[str, Any]) -> list[str]:
    return [item["pageUrl"] + " " + item["url"] for item in page["images"]]


def test_an_id_may_expire(http: httpx.Client, control: Control) -> None:
    control.set_faults([{"do": "cbir_expired", "times": 1}])
    cbir_id = ask(http, **PICTURE).json()["id"]
    refused = ask(http, id=cbir_id, page="1")
    assert (refused.status_code, refused.json()["code"]) == (404, 5)
    assert ask(http, id=cbir_id, page="1").status_code == 200
    assert control.ledger()["charges"] == {"walk": [0.0075, 0.0075]}


def test_ids_live_as_long_as_is_set(http: httpx.Client, control: Control) -> None:
    control.set(cbir_seconds=600)
    cbir_id = ask(http, **PICTURE).json()["id"]
    control.advance(590)
    assert ask(http, id=cbir_id).status_code == 200
    control.advance(20)
    assert ask(http, id=cbir_id).status_code == 404
    ask(http, **PICTURE)
    assert ask(http, id=cbir_id).status_code == 200


def test_an_id_may_change_between_pages(http: httpx.Client, control: Control) -> None:
    control.set_faults([{"do": "cbir_changed", "times": 1}])
    first = ask(http, **PICTURE).json()
    second = ask(http, id=first["id"], page="1").json()
    assert second["id"] != first["id"]
    by_either = [ask(http, id=one["id"], page="1").json() for one in (first, second)]
    assert [page["images"] for page in by_either] == [second["images"]] * 2


def test_a_page_may_be_thin_or_empty(http: httpx.Client, control: Control) -> None:
    control.set_faults([{"do": "thin", "times": 1}, {"do": "empty", "match": {"nth": 2}, "times": 1}])
    thin, empty, whole = (ask(http, **PICTURE).json() for _ in range(3))
    assert addresses(thin) == addresses(whole)[:8]
    assert empty == {"id": whole["id"]}


def test_pages_may_repeat_each_other(http: httpx.Client, control: Control) -> None:
    control.set(overlap=5)
    first, second = (addresses(ask(http, **PICTURE, page=page).json()) for page in ("0", "1"))
    assert first[-5:] == second[:5]
    assert not set(first[:-5]) & set(second)


def test_the_last_page_may_be_told(http: httpx.Client, control: Control) -> None:
    control.set(max_page=True)
    last = ask(http, **PICTURE).json()["maxPage"]
    assert "images" in ask(http, **PICTURE, page=last).json()
    assert "images" not in ask(http, **PICTURE, page=str(int(last) + 1)).json()


@pytest.mark.parametrize(("code", "status"), [(16, 401), (8, 429), (3, 400), (1, 499)])
def test_it_refuses_in_either_envelope(http: httpx.Client, control: Control, code: int, status: int) -> None:
    control.set_faults(
        [{"do": f"wrapped {code}", "times": 1}, {"match": {"path": PATH}, "do": f"code {code}"}]
    )
    sample = json.loads((PAYLOADS / "error_alt_envelope_grpcCode.json").read_text())["body"]
    wrapped, plain = ask(http, **PICTURE), ask(http, **PICTURE)
    assert (wrapped.status_code, plain.status_code) == (status, status)
    assert wrapped.json()["error"].keys() == sample["error"].keys()
    assert wrapped.json()["error"]["grpcCode"] == plain.json()["code"] == code


@pytest.mark.parametrize(
    "site", ["https://halden.example", "halden.example/journal", "halden", "a b.example", "x."]
)
def test_a_site_is_a_bare_domain(http: httpx.Client, site: str) -> None:
    assert ask(http, **PICTURE, site=site).status_code == 400


def test_a_site_is_kept_to(http: httpx.Client, control: Control) -> None:
    items = ask(http, **PICTURE, site="Halden.example").json()["images"]
    assert {item["host"] for item in items} == {"halden.example"}


def test_strict_families_see_less(http: httpx.Client, control: Control) -> None:
    def seen(mode: str) -> set[str]:
        pages = [ask(http, **PICTURE, familyMode=mode, page=page).json() for page in ("0", "1")]
        return {address for page in pages if "images" in page for address in addresses(page)}

    assert seen("FAMILY_MODE_STRICT") < seen("FAMILY_MODE_MODERATE") == seen("FAMILY_MODE_NONE")


@pytest.mark.parametrize(
    ("key", "status"),
    [("Bearer sim-iam", 200), ("Bearer sim-iam-expired", 401), ("Bearer sim-ok", 401), ("", 401)],
)
def test_it_takes_a_token_too(http: httpx.Client, key: str, status: int) -> None:
    assert ask(http, key, **PICTURE).status_code == status


def test_a_picture_of_the_simulated_web_has_an_address_too(http: httpx.Client, control: Control) -> None:
    found = ask(http, **PICTURE, site="halden.example").json()["images"][0]["url"]
    assert ask(http, url=found).json()["images"]
    assert ask(http, url="https://halden.example/media/none.jpg").status_code == 400


def test_an_address_without_a_picture_is_refused(http: httpx.Client, control: Control, host: Host) -> None:
    refused = ask(http, url=f"{host.url}/i/none.jpg")
    assert (refused.status_code, refused.json()["code"]) == (400, 3)
    assert control.ledger()["total"] == 0
