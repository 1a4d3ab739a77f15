"""How amounts and months read."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from monitor.spending.months import Month
from monitor.spending.words import amount_words, new_month_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "$0.00"),
        ("0E-6", "$0.00"),
        ("0.0006", "$0.0006"),
        ("0.0162", "$0.0162"),
        ("0.015", "$0.015"),
        ("0.02", "$0.02"),
        ("0.00004", "$0.00"),
        ("0.1", "$0.10"),
        ("0.7488", "$0.75"),
        ("12.5", "$12.50"),
        ("1204", "$1,204.00"),
        ("-0.0006", "−$0.0006"),
    ],
)
def test_amounts_show_fractions_of_a_cent_only_where_they_matter(amount: str, words: str) -> None:
    assert amount_words(Decimal(amount)) == words


def test_the_next_month_is_named_by_its_first_day() -> None:
    month = Month(since=datetime(2026, 12, 1, tzinfo=UTC), until=datetime(2027, 1, 1, tzinfo=UTC))
    assert new_month_words(month) == "1 January"
