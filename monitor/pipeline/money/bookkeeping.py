"""Once a day our books are compared with the provider's: each task's cost, the balance, the prices.

Network first, then a transaction for what follows. Differences are found against what is booked by then, so that
a repetition finds none.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from monitor.alerts import troubles
from monitor.models import AccountState, LedgerEntry, Provider, ProviderTask, Search, Trouble
from monitor.pipeline import engines, listing
from monitor.pipeline.accepting import Made, accept
from monitor.pipeline.engines import Account, holds
from monitor.pipeline.engines.probing import FLOOR, LOW
from monitor.pipeline.listing import Span
from monitor.providers.base import KnownTask, ProviderError
from monitor.providers.dataforseo.facts import AccountFacts
from monitor.spending.ledger import NOTHING
from monitor.spending.prices import set_price
from monitor.spending.words import amount_words

NIGHT = timedelta(hours=1)  # after midnight the provider's list of the day before is complete
SPAN = timedelta(hours=1)
SPARE = (
    1  # after a long outage there are many hours to compare; searches whose post is not known must not wait
)
LISTED = timedelta(days=28)
TOLERATED_SHARE, TOLERATED = Decimal("0.02"), Decimal("0.05")
SETTLED = (ProviderTask.State.ACCEPTED, ProviderTask.State.COLLECTED, ProviderTask.State.REFUSED)
CORRECTED = "Google charged {charged} for a search of “{image}”, not {booked} as booked before."
DIFFERENT = (
    "The balance of DataForSEO went down by {drop} from {since} to {until} UTC; our books say {booked}. "
    "Other software may share this account."
)


def keep_books(at: datetime) -> None:
    """Compares the books of every account for the days that are over."""
    for account in engines.accounts(Provider.DATAFORSEO):
        if engines.is_usable(account):
            reconcile_books(account, at)


def reconcile_books(account: Account, at: datetime) -> bool:
    """Compares with the provider's list up to last midnight (UTC), then the account; False while that is not done.

    The list is read an hour at a time, as its limit allows; `reconciled_at` is how far it has been compared.
    """
    today = datetime.combine(at.astimezone(UTC).date(), time(0), UTC)
    if at < today + NIGHT or _compared_until(account, today) >= today:
        return False
    while (since := _compared_until(account, today)) < today:
        if not _compare_tasks(account, since, min(since + SPAN, today), at):
            return False
    try:
        with holds.asking(account, "user_data", at):
            facts = engines.dataforseo(is_simulated=account.is_simulated).account()
    except ProviderError:  # counted and heeded; the next minute tries again
        return False
    _compare_account(account, facts, at)
    return True


def _compared_until(account: Account, today: datetime) -> datetime:
    """Not longer ago than the provider lists tags; at first one day."""
    done = AccountState.objects.filter(name=account.name).values_list("reconciled_at", flat=True).first()
    return max(done or today - timedelta(days=1), today - LISTED)


def _compare_tasks(account: Account, since: datetime, until: datetime, at: datetime) -> bool:
    """Books what differs in a span, and notes when all of it has been compared; whether it has."""
    purpose = f"books-{since:%Y-%m-%d-%H-%M}"
    span = listing.left_off(account, purpose) or Span(since=since, until=until, at=at)
    found = listing.read(account, purpose, span, at, spare=SPARE)
    if found is None:
        return False
    with transaction.atomic():
        state = holds.lock(account)
        _adjust(account, found.tasks, at)
        if not found.rest:
            state.reconciled_at = until
            state.save(update_fields=["reconciled_at"])
    listing.leave_off(account, purpose, found)
    return not found.rest


@transaction.atomic
def _compare_account(account: Account, facts: AccountFacts, at: datetime) -> None:
    """The balance beside our books, the floor, and the prices."""
    state = holds.lock(account)
    _compare_balance(account, state, facts, at)
    state.balance, state.balance_at = facts.balance, at
    state.compared_balance, state.compared_at = facts.balance, at
    state.save(update_fields=["balance", "balance_at", "compared_balance", "compared_at"])
    refresh_prices(account, facts, at)
    if facts.balance < FLOOR:
        low = LOW.format(balance=facts.balance, floor=FLOOR)
        holds.hold(account, AccountState.Cause.BALANCE, low, at)


def refresh_prices(account: Account, facts: AccountFacts, at: datetime) -> None:
    """The account's own prices count from now on; a simulated account has none to tell."""
    for priority in Search.Priority:
        amount = facts.prices.get(priority.value)
        if amount and not account.is_simulated:
            set_price(account.provider, priority, amount, at)


def _adjust(account: Account, known: Mapping[str, KnownTask], at: datetime) -> None:
    """Books what turned up after all, then the differences in cost."""
    lost = _tasks(account).filter(tag__in=known, state=ProviderTask.State.LOST, remote_id=None)
    rows = [known[tag] for tag in lost.values_list("tag", flat=True)]
    accept([Made(tag=row.tag, remote_id=row.remote_id, cost=row.cost) for row in rows if row.cost], at)
    settled = _tasks(account).filter(tag__in=known, state__in=SETTLED)
    entries = [entry for task in _with_booked(settled) if (entry := _entry(task, known[task.tag].cost))]
    LedgerEntry.objects.bulk_create(entries)
    LedgerEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(created_at=at)


def _tasks(account: Account) -> QuerySet[ProviderTask]:
    return ProviderTask.objects.filter(provider=account.provider, workspace__is_demo=account.is_simulated)


def _with_booked(tasks: QuerySet[ProviderTask]) -> Iterable[ProviderTask]:
    """With the sum of their earlier adjustments as `adjusted`."""
    return tasks.annotate(adjusted=Sum("ledgerentry__amount")).select_related(
        "search__watched_image__workspace"
    )


def _entry(task: ProviderTask, charged: Decimal) -> LedgerEntry | None:
    """The adjustment that brings the books to what was charged; None when they agree."""
    booked = task.cost + (task.adjusted or NOTHING)  # type: ignore[attr-defined]  # annotated by _with_booked
    if charged == booked:
        return None
    image = task.search.watched_image
    reason = CORRECTED.format(charged=amount_words(charged), booked=amount_words(booked), image=image.title)
    return LedgerEntry(workspace=image.workspace, provider_task=task, amount=charged - booked, reason=reason)


def _compare_balance(account: Account, state: AccountState, facts: AccountFacts, at: datetime) -> None:
    """The balance must have gone down by what we have booked since the last comparison; a top-up hides that."""
    before, since = state.compared_balance, state.compared_at
    if before is None or since is None or facts.balance > before:
        return
    drop, booked = before - facts.balance, booked_between(account, since, at)
    gap = abs(drop - booked)
    if gap <= TOLERATED or gap <= TOLERATED_SHARE * booked:
        troubles.end(Trouble.Kind.BOOKS, account.name, at)
        return
    sentence = DIFFERENT.format(
        drop=amount_words(drop),
        booked=amount_words(booked),
        since=f"{since.astimezone(UTC):%-d %B %H:%M}",
        until=f"{at.astimezone(UTC):%-d %B %H:%M}",
    )
    troubles.begin(Trouble.Kind.BOOKS, account.name, sentence, at)


def booked_between(account: Account, since: datetime, until: datetime) -> Decimal:
    """What we have booked for an account in a span: its calls, and corrections of its calls, in USD."""
    tasks = _tasks(account).filter(posted_at__gte=since, posted_at__lt=until)
    paid = tasks.aggregate(total=Sum("cost"))["total"] or NOTHING
    span = Q(created_at__gte=since, created_at__lte=until)
    entries = LedgerEntry.objects.filter(span, provider_task__in=_tasks(account))
    return paid + (entries.aggregate(total=Sum("amount"))["total"] or NOTHING)
