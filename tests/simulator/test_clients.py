"""The project's own clients speak every call with the simulator that the pipeline makes."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from monitor.providers.base import Query, TaskLost
from monitor.providers.dataforseo import DataForSEO
from monitor.providers.dataforseo.facts import ServiceStatus
from monitor.providers.yandex import Yandex
from monitor.providers.yandex.client import request_id
from monitor.simulator.control import Control
from tests.simulator.conftest import START
from tests.simulator.hosting import Host

UNKNOWN = "11210435-1535-0066-0000-000000000001"


def query(host: Host, tag: str, **settings: object) -> Query:
    return Query(
        tag=tag,
        settings={"location_code": 2840, "language_code": "en", **settings},
        image_url=f"{host.url}/i/one.jpg",
    )


def test_the_account_is_charged_what_it_says(dataforseo: DataForSEO, host: Host) -> None:
    before = dataforseo.account()
    posted = dataforseo.post([query(host, "a"), replace(query(host, "b"), priority="high")])
    assert [one.cost for one in posted] == [before.prices["normal"], before.prices["high"]]
    after = dataforseo.account()
    assert before.balance - after.balance == sum((one.cost for one in posted), Decimal(0))
    assert before.limits["task_post"] > 0


def test_the_service_says_how_it_does(dataforseo: DataForSEO) -> None:
    assert dataforseo.status() == ServiceStatus()


def test_places_that_are_listed_are_taken(dataforseo: DataForSEO, host: Host) -> None:
    alaska = next(place for place in dataforseo.locations() if place.name.startswith("Alaska"))
    german = next(language for language in dataforseo.languages() if language.code == "de")
    asked = [
        query(host, "code", location_code=alaska.code, language_code=german.code),
        query(host, "name", location_code=None, location_name=alaska.name),
        query(host, "at", location_code=None, location_coordinate="61.2,-149.9,200"),
        query(host, "all", se_domain="google.de", search_param="gl=de", max_crawl_pages=100),
    ]
    assert [one.error for one in dataforseo.post(asked)] == [None] * 4


def test_lists_of_a_quiet_account_are_empty(dataforseo: DataForSEO, control: Control) -> None:
    assert dataforseo.fixed() == []
    assert list(dataforseo.errors(START - timedelta(hours=1), START + timedelta(days=1))) == []


def test_webhooks_of_unknown_tasks_are_not_sent_again(dataforseo: DataForSEO) -> None:
    with pytest.raises(TaskLost):
        dataforseo.resend([UNKNOWN])


def test_yandex_names_its_calls(yandex: Yandex, host: Host, picture: bytes) -> None:
    found = yandex.search(Query(tag="t", settings={"site": "example.com"}, image=picture))
    assert found.call.client == request_id("t")
    assert found.call.request
    assert found.call.trace
