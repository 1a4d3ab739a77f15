"""Prices before they are spent."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.models import Provider
from monitor.spending.loads import Askable
from monitor.spending.prices import LIST_PRICES, Prices
from monitor.spending.quotes import Quote, Schedule, quote, run_now_price
from tests.factories import make_image, make_target

BOTH = Askable(providers=frozenset(Provider))
PRICES = Prices(amounts=LIST_PRICES)
MARKETS: list[tuple[str, dict[str, Any]]] = [("dataforseo", {"priority": "normal"}), ("yandex", {"pages": 3})]


def quoted(cron: str, n_images: int, askable: Askable = BOTH) -> Quote:
    return quote(Schedule(cron=cron, markets=MARKETS), n_images, askable, PRICES, ZoneInfo("UTC"))


def test_a_quote_has_all_factors() -> None:
    found = quoted("0 5 * * *", 10)
    assert [(line.key, line.words, line.cost) for line in found.lines] == [
        ("google", "1 search", Decimal("0.0006")),
        ("yandex", "3 pages", Decimal("0.0225")),
    ]
    assert found.per_image == Decimal("0.0231")
    assert found.per_run == Decimal("0.231")
    assert found.monthly == Decimal("0.231") * Decimal("30.4375")
    assert found.image_monthly == found.monthly / 10


def test_it_says_what_slower_cadences_and_fewer_pages_save() -> None:
    found = quoted("0 5 * * *", 10)
    assert [saving.instead for saving in found.savings] == [
        "Running Monday to Friday",
        "Running twice a week",
        "One page of Yandex instead of 3",
    ]
    assert found.savings[2].amount == 2 * Decimal("0.0075") * 10 * Decimal("30.4375")
    assert quoted("0 9 * * 3", 1).savings[0].instead == "Running monthly"


def test_the_slowest_cadence_has_nothing_slower() -> None:
    assert [saving.instead for saving in quoted("0 5 1 * *", 1).savings] == [
        "One page of Yandex instead of 3"
    ]


def test_a_paused_collection_costs_nothing_a_month() -> None:
    found = quoted("", 10)
    assert (found.monthly, found.savings, found.per_run) == (Decimal(0), [], Decimal("0.231"))


def test_what_is_not_set_up_costs_nothing() -> None:
    found = quoted("0 5 * * *", 10, Askable(providers=frozenset()))
    assert (found.monthly, found.lines, found.savings) == (Decimal(0), [], [])


@pytest.mark.django_db
def test_run_now_is_asked_at_high_priority() -> None:
    image = make_image()
    make_target(image)
    make_target(image, priority="high")
    make_target(image, Provider.YANDEX, pages=2)
    make_target(make_image(image.collection))
    assert run_now_price(image, BOTH, PRICES) == 2 * Decimal("0.0012") + 2 * Decimal("0.0075")
