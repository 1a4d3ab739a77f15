"""What a run asks, and how often runs come."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor import cadence
from monitor.models import Provider, Search, WatchedImage
from monitor.spending.loads import Askable, Load, load_of_markets, loads, runs_a_month, runs_left
from tests.factories import make_collection, make_image, make_target, make_workspace

LONDON = ZoneInfo("Europe/London")
BOTH = Askable(providers=frozenset(Provider))
GOOGLE, HIGH = (Provider.DATAFORSEO, Search.Priority.NORMAL), (Provider.DATAFORSEO, Search.Priority.HIGH)
YANDEX = (Provider.YANDEX, Search.Priority.NORMAL)


@pytest.mark.parametrize(
    ("cron", "runs"), [("0 5 * * *", "30.4375"), ("0 5 1 * *", "1"), ("0 * * * *", "730.5")]
)
def test_runs_of_an_average_month(cron: str, runs: str) -> None:
    assert runs_a_month(cron, LONDON) == Decimal(runs)


def test_weeks_are_counted_over_years() -> None:
    assert round(runs_a_month("0 5 * * 1", LONDON), 2) == Decimal("4.35")


def test_markets_say_what_an_image_costs() -> None:
    markets: list[tuple[str, dict[str, Any]]] = [
        ("dataforseo", {"priority": "high"}),
        ("dataforseo", {}),
        ("yandex", {"pages": 3}),
    ]
    assert load_of_markets(markets, BOTH).calls == {HIGH: 1, GOOGLE: 1, YANDEX: 3}
    only_google = Askable(providers=frozenset([Provider.DATAFORSEO]))
    assert load_of_markets(markets, only_google).calls == {HIGH: 1, GOOGLE: 1}


@pytest.mark.django_db
def test_only_what_is_asked_counts() -> None:
    collection = make_collection()
    image = make_image(collection)
    make_target(image)
    make_target(image, priority="high")
    make_target(image, Provider.YANDEX, pages=3)
    make_target(make_image(collection, state=WatchedImage.State.PAUSED))
    rested = make_target(make_image(collection))
    rested.is_active = False
    rested.save()
    every = WatchedImage.objects.all()
    assert loads(every, BOTH)[collection.pk].calls == {GOOGLE: 1, HIGH: 1, YANDEX: 3}
    assert loads(every, Askable(providers=frozenset())) == {}


@pytest.mark.django_db
def test_an_unreachable_picture_is_not_asked_on_google() -> None:
    collection = make_collection()
    make_target(make_image(collection))
    make_target(make_image(collection, source_url="https://shop.example.com/mug.jpg"))
    unreachable = Askable(providers=frozenset(Provider), unreachable=True)
    assert loads(WatchedImage.objects.all(), unreachable) == {collection.pk: Load(calls={GOOGLE: 1})}


@pytest.mark.django_db
def test_runs_to_come_are_those_before_the_end() -> None:
    collection = make_collection(make_workspace(time_zone="Europe/London"), cadence="0 5 * * *")
    spread = timedelta(minutes=cadence.spread_minutes(collection.pk))
    end = datetime(2026, 12, 1, tzinfo=UTC)
    start = datetime(2026, 11, 28, 5, tzinfo=UTC) + spread
    assert runs_left(collection, start - timedelta(seconds=1), end) == 3
    assert runs_left(collection, start, end) == 2
    assert runs_left(collection, start, datetime(2026, 11, 30, 5, tzinfo=UTC) + spread) == 1
    collection.next_run_at = start
    assert runs_left(collection, start, end) == 3
    collection.is_active = False
    assert runs_left(collection, start, end) == 0
