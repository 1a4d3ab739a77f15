"""Places, languages, the state of the service and its codes; and which places a task may name."""

import json
from pathlib import Path

import httpx
import pytest

from monitor.pipeline.watching.country_codes import BUILT_IN
from monitor.simulator.control import Control
from tests.simulator.asking import call, post_tasks, row_of

PAYLOADS = Path(__file__).parent.parent / "payloads" / "dataforseo"


def test_it_lists_every_country_and_some_of_what_is_in_them(http: httpx.Client) -> None:
    places = row_of(http, "serp/google/locations")["result"]
    countries = {place["country_iso_code"]: place for place in places if place["location_type"] == "Country"}
    assert {iso: place["location_code"] for iso, place in countries.items()} == BUILT_IN
    assert countries["GB"]["location_name"] == "United Kingdom"
    codes = {place["location_code"]: place for place in places}
    assert len(codes) == len(places)
    alaska = {"location_code": 21132, "location_name": "Alaska,United States", "location_code_parent": 2840}
    assert codes[21132] == {**alaska, "country_iso_code": "US", "location_type": "State"}
    cities = [place for place in places if place["location_type"] == "City"]
    assert len({place["country_iso_code"] for place in cities}) >= 12
    for place in places:
        parent = codes.get(place["location_code_parent"])
        assert parent is None or place["location_name"].endswith(f",{parent['location_name']}")
        assert (parent is None) == (place["location_type"] == "Country")


def test_it_lists_the_places_of_one_country(http: httpx.Client) -> None:
    places = row_of(http, "serp/google/locations/us")["result"]
    assert {place["country_iso_code"] for place in places} == {"US"}
    assert len(places) > 60
    assert row_of(http, "serp/google/locations/xx")["status_code"] == 40501


def test_it_lists_languages(http: httpx.Client) -> None:
    languages = {
        row["language_code"]: row["language_name"] for row in row_of(http, "serp/google/languages")["result"]
    }
    assert languages["en"] == "English"
    assert languages["zh-TW"] == "Chinese (Traditional)"
    assert all(code == code.strip() and name[0].isupper() for code, name in languages.items())


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"location_code": 21132}, 20100),
        ({"location_code": 1_014_999}, 20100),  # a place that the real service may know
        ({"location_code": 2643}, 40501),  # Russia was removed
        ({"location_code": 2999}, 40501),
        ({"location_code": None, "location_name": "Berlin,Berlin,Germany"}, 20100),
        ({"location_code": None, "location_name": "Atlantis"}, 40501),
        ({"language_code": "xx"}, 40501),
        ({"language_code": None, "language_name": "German"}, 20100),
        ({"language_code": None, "language_name": "Klingon"}, 40501),
    ],
)
def test_a_task_names_a_place_and_a_language_that_there_are(
    http: httpx.Client, control: Control, fields: dict[str, object], code: int
) -> None:
    assert post_tasks(http, ["t1"], **fields)[0]["status_code"] == code


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("serp/google/locations", "locations"),
        ("serp/google/languages", "languages"),
        ("appendix/status", "appendix_status"),
    ],
)
def test_it_answers_in_the_documented_form(http: httpx.Client, path: str, name: str) -> None:
    sample = json.loads((PAYLOADS / f"{name}.json").read_text())
    answer = call(http, path)
    assert answer.keys() == sample.keys()
    ours, theirs = answer["tasks"][0], sample["tasks"][0]
    assert (ours["path"], ours["data"]) == (theirs["path"], theirs["data"])
    assert ours["result"][0].keys() == theirs["result"][0].keys()


def test_it_tells_how_the_service_is(http: httpx.Client, control: Control) -> None:
    assert row_of(http, "appendix/status")["result"][0]["status"] is None
    control.set(status="long_execution_time")
    (state,) = row_of(http, "appendix/status")["result"]
    assert {state["status"], *(endpoint["status"] for endpoint in state["endpoints"])} == {
        "long_execution_time"
    }
