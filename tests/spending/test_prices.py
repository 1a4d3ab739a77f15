"""Prices: the lists of the providers, until a dated row says otherwise."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from monitor.models import Price, Provider
from monitor.spending.prices import price_of, prices_at, set_price

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_the_list_prices_count_first() -> None:
    prices = prices_at(NOON)
    assert prices.of("dataforseo") == Decimal("0.0006")
    assert prices.of("dataforseo", "high") == Decimal("0.0012")
    assert prices.of("yandex") == prices.of("yandex", "high") == Decimal("0.0075")


def test_the_newest_price_of_the_moment_counts() -> None:
    for day, amount in ((2, "0.009"), (1, "0.008"), (-1, "0.010")):
        set_price(Provider.YANDEX, "normal", Decimal(amount), NOON - timedelta(days=day))
    assert price_of("yandex", "normal", NOON) == Decimal("0.008")
    assert price_of("yandex", "normal", NOON + timedelta(days=1)) == Decimal("0.010")
    assert price_of("yandex", "high", NOON) == Decimal("0.0075")


def test_a_price_that_is_known_makes_no_row() -> None:
    assert not set_price(Provider.YANDEX, "normal", Decimal("0.0075"), NOON)
    assert set_price(Provider.YANDEX, "normal", Decimal("0.008"), NOON)
    assert not set_price(Provider.YANDEX, "normal", Decimal("0.008000"), NOON + timedelta(days=1))
    assert Price.objects.count() == 1
