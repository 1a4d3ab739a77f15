"""Yandex's wire format beyond what our client sends and reads."""

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.simulator.hosting import drawing

PATH = "/v2/image/search_by_image"
KEY = {"Authorization": "Api-Key sim-ok"}
PAYLOADS = Path(__file__).parent.parent / "payloads" / "yandex"
PICTURE = base64.b64encode(drawing()).decode()
CALL = {"folderId": "simulator", "data": PICTURE}


def ask(http: httpx.Client, **fields: Any) -> httpx.Response:
    return http.post(PATH, content=json.dumps({**CALL, **fields}), headers=KEY)


def test_it_leaves_out_what_is_empty_and_writes_numbers_as_text(http: httpx.Client) -> None:
    first = ask(http).json()
    assert first.keys() == {"images", "id"}
    second = ask(http, page="1").json()
    assert second.keys() == {"images", "id", "page"}
    assert second["page"] == "1"
    assert ask(http, page="9").json().keys() == {"id", "page"}
    recorded = json.loads((PAYLOADS / "page0_40_no_maxpage.json").read_text())["body"]["images"][0]
    for item in first["images"]:
        assert item.keys() <= recorded.keys()
        assert isinstance(item["width"], str)
        assert item["width"].isdigit()
        assert len(item["pageTitle"]) <= 128
        assert item["pageUrl"].startswith(f"https://{item['host']}/")
        assert item["url"].startswith(f"https://{item['host']}/")


@pytest.mark.parametrize("page", ["1", 1, 1.0])
def test_it_reads_a_page_in_every_form(http: httpx.Client, page: object) -> None:
    assert ask(http, page=page).json()["page"] == "1"


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "https://images.example.org/a.jpg"},
        {"data": None},
        {"data": ""},
        {"data": "data:image/png;base64,AAAA"},
        {"data": None, "url": ""},
        {"data": None, "url": "https://images.example.org/" + "a" * 1024},
        {"page": "2.5"},
        {"page": 2.5},
        {"page": "x"},
        {"page": -1},
        {"page": 2**63},
        {"site": "\ud83d"},
        {"familyMode": "FAMILY_MODE_WILD"},
        {"locale": "en"},
        {"folderId": "x" * 51},
    ],
)
def test_it_refuses_a_wrong_field(http: httpx.Client, fields: dict[str, Any]) -> None:
    answer = ask(http, **fields)
    sample = json.loads((PAYLOADS / "error_400_image_missing.json").read_text())["body"]
    assert (answer.status_code, answer.json()["code"]) == (400, 3)
    assert answer.json().keys() == sample.keys()
    assert answer.json()["details"][0].keys() == sample["details"][0].keys()


@pytest.mark.parametrize("mode", ["FAMILY_MODE_NONE", "FAMILY_MODE_STRICT", 2])
def test_it_takes_every_family_mode(http: httpx.Client, mode: object) -> None:
    assert ask(http, familyMode=mode).status_code == 200


def test_it_takes_either_alphabet_without_padding(http: httpx.Client) -> None:
    plain = PICTURE.replace("+", "-").replace("/", "_").rstrip("=")
    assert ask(http, data=plain).json() == ask(http).json()


def test_it_takes_no_picture_beyond_three_megabytes(http: httpx.Client) -> None:
    answer = ask(http, data=base64.b64encode(bytes(3_145_729)).decode())
    assert answer.status_code == 400
    assert "3145728" in answer.json()["message"]


def test_it_sends_ids_for_its_support(http: httpx.Client) -> None:
    answer = ask(http)
    assert answer.headers["x-request-id"]
    assert answer.headers["x-server-trace-id"]


def test_it_is_asked_by_post_only(http: httpx.Client) -> None:
    assert http.get(PATH, headers=KEY).status_code == 405
