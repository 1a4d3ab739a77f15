"""The lists of places and languages: fetched once a month, and kept as the provider has them."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from monitor.models import CallCount, Language, Location
from monitor.pipeline import engines
from monitor.pipeline.watching import places
from monitor.providers.dataforseo import DataForSEO
from monitor.providers.dataforseo.rows import Language as Tongue
from monitor.providers.dataforseo.rows import Place
from tests.factories import make_collection, make_market
from tests.providers.wire import Recorder, reply

AT = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
LISTS = ("dataforseo/locations.json", "dataforseo/languages.json")
ENGLISH = Tongue(code="en", name="English")

Answering = Callable[..., Recorder]


def place(code: int, name: str = "Somewhere", kind: str = "City") -> Place:
    return Place(code=code, name=name, country="DE", kind=kind)


@pytest.fixture
def answering(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Sets up an account whose provider answers so, in turn."""

    def answer(*replies: httpx.Response | Exception) -> Recorder:
        recorder = Recorder(*replies)
        settings.HAS_DATAFORSEO = True
        api = DataForSEO("me", "pass", "https://api.test", recorder)
        monkeypatch.setattr(engines, "dataforseo", lambda *, is_simulated: api)
        cache.clear()
        return recorder

    return answer


def test_it_fetches_the_lists_once_a_month(answering: Answering) -> None:
    recorder = answering(*map(reply, LISTS))
    assert places.refresh_places(AT) is True
    assert Location.objects.get(pk=21132).name == "Alaska,United States"
    assert len(recorder.requests) == 1  # the other one is for the next minute
    assert places.refresh_places(AT) is True
    assert [str(row) for row in Language.objects.all()] == ["English", "German", "Spanish"]
    assert places.refresh_places(AT) is False
    assert len(recorder.requests) == 2
    assert set(CallCount.objects.values_list("call", "outcome")) == {("locations", "ok"), ("languages", "ok")}


def test_it_fetches_them_again_when_they_are_old(answering: Answering) -> None:
    answering(*map(reply, LISTS * 2))
    assert [places.refresh_places(AT) for _ in range(3)] == [True, True, False]
    cache.delete("locations:dataforseo")  # as the cache does by itself after FRESH_FOR
    assert places.refresh_places(AT) is True


def test_a_failure_changes_nothing_and_is_tried_again_later(answering: Answering) -> None:
    recorder = answering(httpx.ConnectError("no"), reply(LISTS[1]))
    Location.objects.create(code=1, name="Somewhere")
    assert [places.refresh_places(AT) for _ in range(3)] == [False, True, False]
    assert len(recorder.requests) == 2
    assert Location.objects.get().code == 1


def test_nothing_is_asked_without_an_account(db: None, settings: Settings) -> None:
    settings.HAS_DATAFORSEO, settings.SIMULATOR_URL = False, ""
    assert places.refresh_places(AT) is False


def test_what_vanished_is_removed_unless_a_market_uses_it(db: None) -> None:
    places.keep_places([place(1), place(2), place(3)])
    places.keep_languages([ENGLISH, Tongue(code="xx", name="X"), Tongue(code="yy", name="Y")])
    make_market(make_collection(), location_code=2, language_code="yy")
    make_market(make_collection(), location_coordinate="1,2,200", language_code="en")
    places.keep_places([place(3, "Elsewhere", kind="Region"), place(4)])
    places.keep_languages([ENGLISH])
    assert list(Location.objects.order_by("code").values_list("code", "name", "kind")) == [
        (2, "Somewhere", "City"),
        (3, "Elsewhere", "Region"),
        (4, "Somewhere", "City"),
    ]
    assert set(Language.objects.values_list("code", flat=True)) == {"en", "yy"}


def test_an_empty_list_is_no_list(db: None) -> None:
    places.keep_places([place(1)])
    places.keep_languages([ENGLISH])
    places.keep_places([])
    places.keep_languages([])
    assert (Location.objects.count(), Language.objects.count()) == (1, 1)


def test_it_keeps_a_place_that_is_listed_twice_and_leaves_out_what_is_too_long(db: None) -> None:
    places.keep_places([place(1, "First"), place(1, "Second"), place(2, "x" * 201)])
    assert list(Location.objects.values_list("code", "name")) == [(1, "Second")]


def test_it_writes_large_lists_in_few_statements(db: None) -> None:
    many = [place(10_000 + number, f"Place {number}") for number in range(12_000)]
    with CaptureQueriesContext(
        connection,
    ) as first:
        places.keep_places(many)
    assert Location.objects.count() == 12_000
    assert len(first) < 10
    places.keep_places(many[:100])
    assert Location.objects.count() == 100


def test_the_built_in_countries_count_until_the_list_is_here(db: None) -> None:
    assert places.location_code("fr") == 2250
    assert places.location_code("RU") == 2840  # the provider has no such place
    assert ("FR", "France") in places.google_countries()
    assert ("de", "German") in places.google_languages()
    places.keep_places([Place(code=2276, name="Germany", country="DE", kind="Country"), place(1)])
    places.keep_languages([ENGLISH])
    assert places.google_countries() == [("DE", "Germany")]
    assert places.google_languages() == [("en", "English")]
    assert places.location_code("FR") == 2840
