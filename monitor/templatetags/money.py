"""Amounts of money in pages, and the meter of a month. Load it with {% load money %}."""

from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from monitor.spending.words import CENT, amount_words

register = template.Library()


@register.filter
def usd(amount: Decimal) -> str:
    """Like $12.50, below a dollar like $0.0162."""
    return amount_words(amount)


@register.filter
def cents(amount: Decimal) -> str:
    """A sum to the cent, so that columns of sums line up: $0.07, or "under $0.01"."""
    rounded = amount.quantize(CENT, ROUND_HALF_UP)
    return amount_words(rounded) if rounded or not amount else f"under {amount_words(CENT)}"


@register.simple_tag
def meter(spent: Decimal, reserved: Decimal, forecast: Decimal, budget: Decimal) -> SafeString:
    """A month's spending against its budget; where more is foreseen, a mark shows how far the budget reaches."""
    scale = max(budget, forecast, spent + reserved, Decimal("0.01"))
    parts = (("foreseen", forecast), ("reserved", spent + reserved), ("fg", spent))
    label = (
        f"{amount_words(spent)} spent and {amount_words(reserved)} reserved of a budget of {amount_words(budget)}; "
        f"the forecast is {amount_words(forecast)}"
    )
    mark = '<line class="mark" x1="{0}%" x2="{0}%" y1="0" y2="100%" />'
    return format_html(
        '<svg class="meter" role="img" aria-label="{}"><rect class="bg" width="100%" height="100%" />{}{}</svg>',
        label,
        format_html_join(
            "",
            '<rect class="{}" width="{}%" height="100%" />',
            ((kind, _share(amount, scale)) for kind, amount in parts),
        ),
        format_html(mark, _share(budget, scale)) if budget < scale else "",
    )


def _share(amount: Decimal, scale: Decimal) -> float:
    return round(100 * float(max(amount, Decimal(0)) / scale), 2)
