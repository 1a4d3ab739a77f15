"""Markets in words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from monitor.models import Location, Market, Run
from monitor.pipeline import planning
from monitor.pipeline.watching.markets import all_in_words, google_rows, in_words
from tests.factories import make_image, make_target

BERLIN = {"location_code": 1003854, "language_code": "de"}


@pytest.fixture
def berlin(db: None) -> Location:
    return Location.objects.create(code=1003854, name="Berlin,Berlin,Germany", country="DE", kind="City")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"location_code": 2250, "language_code": "fr"}, "France, French"),
        (BERLIN, "Berlin, Berlin, Germany, German"),
        ({"location_name": "Berlin,Germany", "language_name": "German"}, "Berlin,Germany, German"),
        ({"location_coordinate": "52.5,13.4,200", "language_code": "de"}, "at 52.5, 13.4, 200, German"),
        ({"location_code": 4711, "language_code": "tlh"}, "place 4711, tlh"),
        (
            {
                **BERLIN,
                "se_domain": "google.de",
                "search_param": "gl=de",
                "max_crawl_pages": 3,
                "priority": "high",
            },
            "Berlin, Berlin, Germany, German; google.de; parameters gl=de; 3 pages crawled; high priority",
        ),
        ({**BERLIN, "max_crawl_pages": 1}, "Berlin, Berlin, Germany, German; 1 page crawled"),
    ],
)
def test_a_market_on_google_in_words(berlin: Location, settings: dict[str, object], words: str) -> None:
    assert in_words(Market(provider="dataforseo", settings=settings)) == words


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "1 page, family filter: moderate"),
        ({"pages": 1, "family_mode": "none"}, "1 page, family filter: show all"),
        (
            {"pages": 3, "family_mode": "strict", "site": "example.com", "by_address": True},
            "3 pages, family filter: strict; only on example.com; asked by address",
        ),
    ],
)
def test_a_market_on_yandex_in_words(db: None, settings: dict[str, object], words: str) -> None:
    assert in_words(Market(provider="yandex", settings=settings)) == words


def test_a_place_by_name_is_shown_in_its_country(berlin: Location) -> None:
    named = {"location_name": "berlin,Berlin,germany", "language_code": "de"}
    (row,) = google_rows([Market(provider="dataforseo", settings=named)])
    assert (row["country"], row["place"]) == ("DE", "Berlin, Berlin, Germany")


def test_many_markets_take_as_many_queries_as_few(berlin: Location) -> None:
    few = [Market(provider="dataforseo", settings={**BERLIN, "max_crawl_pages": n + 1}) for n in range(2)]
    with CaptureQueriesContext(connection) as for_few:
        all_in_words(few)
    with CaptureQueriesContext(connection) as for_many:
        all_in_words(few * 5)
    assert len(for_many) == len(for_few) <= 2


def test_a_market_of_high_priority_is_always_asked_so(db: None) -> None:
    image = make_image()
    make_target(image, location_code=2276)
    make_target(image, location_code=2276, priority="high")
    run = planning.create_run(image.collection, trigger=Run.Trigger.SCHEDULE, scheduled_for=timezone.now())
    assert run is not None
    assert list(run.searches.order_by("target").values_list("priority", flat=True)) == ["normal", "high"]
