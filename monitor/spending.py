"""What searches cost: prices reserved before a call, sums of what was spent. All amounts in USD."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from accounts.models import Workspace
from monitor.models import LedgerEntry, Provider, ProviderTask, Search

PRICES = {
    (Provider.DATAFORSEO, Search.Priority.NORMAL): Decimal("0.0006"),
    (Provider.DATAFORSEO, Search.Priority.HIGH): Decimal("0.0012"),
    (Provider.YANDEX, Search.Priority.NORMAL): Decimal("0.0075"),
    (Provider.YANDEX, Search.Priority.HIGH): Decimal("0.0075"),
}
OPEN_TASKS = (ProviderTask.State.POSTING, ProviderTask.State.UNKNOWN)


def price_of(provider: str, priority: str) -> Decimal:
    """The price of one call: a DataForSEO task, or one Yandex page (the references' list prices)."""
    return PRICES[Provider(provider), Search.Priority(priority)]


def spent(workspace: Workspace, since: datetime) -> Decimal:
    """Charged since then, later adjustments included."""
    tasks = ProviderTask.objects.filter(search__watched_image__workspace=workspace, posted_at__gte=since)
    entries = LedgerEntry.objects.filter(workspace=workspace, created_at__gte=since)
    return _sum(tasks, "cost") + _sum(entries, "amount")


def _sum(rows: Any, field: str) -> Decimal:
    return rows.aggregate(total=Sum(field))["total"] or Decimal(0)


def settle(search: Search) -> Decimal:
    """The cost of a search: the sum over its provider tasks, with possibly billed ones at their price."""
    tasks = search.provider_tasks.all()
    return sum((task.cost for task in tasks), Decimal(0))
