"""What the installation spends, over all workspaces, and what about it is in doubt. Amounts in USD."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from monitor.models import OPEN_STATES, LedgerEntry, ProviderTask
from monitor.queries.engines import account_key, account_name

States, Billed = ProviderTask.State, ProviderTask.Billed
PAID = (States.ACCEPTED, States.COLLECTED)
POST_TAKES = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What one account has charged since the month began, later adjustments included."""

    account: str
    amount: Decimal
    n_calls: int
    is_simulated: bool

    @property
    def name(self) -> str:
        return account_name(self.account)


def month_of(at: datetime) -> datetime:
    """The beginning of the month in UTC, as the providers count."""
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def spent(at: datetime) -> list[Spent]:
    """By account; two queries."""
    since = month_of(at)
    demo = "workspace__is_demo"
    tasks = ProviderTask.objects.filter(posted_at__gte=since).exclude(billed=Billed.NO, cost=0)
    amounts: dict[tuple[str, bool], tuple[Decimal, int]] = {}
    for provider, is_demo, amount, n in (
        tasks.values_list("provider", demo).annotate(amount=Sum("cost"), n=Count("pk")).order_by()
    ):
        amounts[provider, is_demo] = (amount, n)
    entries = LedgerEntry.objects.filter(created_at__gte=since).exclude(provider_task=None)
    grouped = entries.values_list("provider_task__provider", "workspace__is_demo")
    for provider, is_demo, more in grouped.annotate(more=Sum("amount")).order_by():
        amount, n = amounts.get((provider, is_demo), (Decimal(0), 0))
        amounts[provider, is_demo] = (amount + more, n)
    return [
        Spent(
            account=account_key(provider, is_simulated=is_demo),
            amount=amount,
            n_calls=n,
            is_simulated=is_demo,
        )
        for (provider, is_demo), (amount, n) in sorted(amounts.items())
    ]


def unknown(at: datetime) -> QuerySet[ProviderTask]:
    """Calls of which it is not known whether the provider has taken them; being settled, or cut off just now."""
    cut_off = Q(state=States.POSTING, posted_at__lt=at - POST_TAKES)
    unsettled = ProviderTask.objects.filter(Q(state=States.UNKNOWN) | cut_off)
    return unsettled.filter(search__state__in=OPEN_STATES)


def paid_twice() -> int:
    """How often one page of one search was paid again although no rule asked for it; should stay at zero.

    The rules pay again for what the provider failed, and once for an answer that was too thin. Counted are a second
    paid call beside another, and one that was written off, made anew, and turned up later.
    """
    paid = ProviderTask.objects.filter(billed=Billed.YES, state__in=PAID, is_superseded=False)
    earlier = paid.filter(
        search=OuterRef("search"), page=OuterRef("page"), attempt__lt=OuterRef("attempt"), is_duplicate=False
    )
    again = paid.filter(attempt__gt=1, is_duplicate=False).filter(Exists(earlier))
    return again.count() + ProviderTask.objects.filter(is_duplicate=True).count()
