"""What one call costs: the list prices of the references, until a dated row says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from monitor.models import Price, Provider, Search

Priority = Search.Priority
LIST_PRICES: Mapping[tuple[Provider, Priority], Decimal] = {
    (Provider.DATAFORSEO, Priority.NORMAL): Decimal("0.0006"),
    (Provider.DATAFORSEO, Priority.HIGH): Decimal("0.0012"),
    (Provider.YANDEX, Priority.NORMAL): Decimal("0.0075"),
    (Provider.YANDEX, Priority.HIGH): Decimal("0.0075"),
}


@dataclass(frozen=True, kw_only=True)
class Prices:
    """The prices of a moment, in USD a call: a DataForSEO task, or one Yandex page."""

    amounts: Mapping[tuple[Provider, Priority], Decimal]

    def of(self, provider: str, priority: str = Priority.NORMAL) -> Decimal:
        """The price of one call."""
        return self.amounts[Provider(provider), Priority(priority)]


def prices_at(at: datetime) -> Prices:
    """All prices as they were at a moment."""
    dated = Price.objects.filter(since__lte=at).order_by("since", "pk")
    rows = dated.values_list("provider", "priority", "amount")
    known = {(Provider(provider), Priority(priority)): amount for provider, priority, amount in rows}
    return Prices(amounts={**LIST_PRICES, **known})


def price_of(provider: str, priority: str, at: datetime | None = None) -> Decimal:
    """The price of one call, now or at a moment."""
    return prices_at(at or timezone.now()).of(provider, priority)


def set_price(provider: str, priority: str, amount: Decimal, at: datetime) -> bool:
    """A new price from now on; False when it is what is known already."""
    if prices_at(at).of(provider, priority) == amount:
        return False
    Price.objects.update_or_create(
        provider=provider, priority=priority, since=at, defaults={"amount": amount}
    )
    return True
