"""The meter of a month: shares of the budget, told in words."""

from decimal import Decimal

import pytest

from monitor.templatetags.money import cents, meter, usd


def test_amounts_read_as_everywhere() -> None:
    assert usd(Decimal("0.0162")) == "$0.0162"


def test_the_whole_bar_is_the_budget() -> None:
    drawn = meter(Decimal(2), Decimal(1), Decimal(4), Decimal(10))
    assert 'class="fg" width="20.0%"' in drawn
    assert 'class="reserved" width="30.0%"' in drawn
    assert 'class="foreseen" width="40.0%"' in drawn
    assert "mark" not in drawn
    assert 'aria-label="$2.00 spent and $1.00 reserved of a budget of $10.00; the forecast is $4.00"' in drawn


def test_a_mark_shows_a_budget_that_does_not_reach() -> None:
    drawn = meter(Decimal(2), Decimal(0), Decimal(20), Decimal(10))
    assert 'class="foreseen" width="100.0%"' in drawn
    assert '<line class="mark" x1="50.0%" x2="50.0%"' in drawn


def test_nothing_at_all_can_be_drawn() -> None:
    assert 'class="fg" width="0.0%"' in meter(Decimal(0), Decimal(0), Decimal(0), Decimal(0))


@pytest.mark.parametrize(
    ("amount", "words"),
    [("0.0729", "$0.07"), ("0.12", "$0.12"), ("0.0049", "under $0.01"), ("0", "$0.00"), ("-1.5", "−$1.50")],
)
def test_sums_are_told_to_the_cent(amount: str, words: str) -> None:
    assert cents(Decimal(amount)) == words
