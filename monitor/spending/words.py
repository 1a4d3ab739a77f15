"""Amounts and months as people read them."""

from decimal import ROUND_HALF_UP, Decimal

from monitor.spending.months import Month

CENT, FINE = Decimal("0.01"), Decimal("0.0001")
SMALL = Decimal("0.1")


def amount_words(amount: Decimal) -> str:
    """Like $12.50, $1,204.00 or −$0.30; small ones with the fractions of a cent that searches cost: $0.0162."""
    size = abs(amount)
    sign = "−" if amount < 0 else ""
    if size >= SMALL or not size:
        return f"{sign}${size.quantize(CENT, ROUND_HALF_UP):,}"
    whole, _, cents = str(size.quantize(FINE, ROUND_HALF_UP)).partition(".")
    return f"{sign}${whole}.{cents.rstrip('0').ljust(2, '0')}"


def new_month_words(month: Month) -> str:
    """The day on which the next month begins, like 1 December."""
    return f"{month.until.day} {month.until:%B}"
