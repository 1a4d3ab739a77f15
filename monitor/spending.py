"""What searches cost: prices reserved before a call, and the sum of what was charged. All amounts in USD."""

from decimal import Decimal

from monitor.models import Provider, Search

PRICES = {
    (Provider.DATAFORSEO, Search.Priority.NORMAL): Decimal("0.0006"),
    (Provider.DATAFORSEO, Search.Priority.HIGH): Decimal("0.0012"),
    (Provider.YANDEX, Search.Priority.NORMAL): Decimal("0.0075"),
    (Provider.YANDEX, Search.Priority.HIGH): Decimal("0.0075"),
}


def price_of(provider: str, priority: str) -> Decimal:
    """The price of one call: a DataForSEO task, or one Yandex page (the references' list prices)."""
    return PRICES[Provider(provider), Search.Priority(priority)]


def settle(search: Search) -> Decimal:
    """The cost of a search: the sum over its provider tasks, with possibly billed ones at their price."""
    tasks = search.provider_tasks.all()
    return sum((task.cost for task in tasks), Decimal(0))
