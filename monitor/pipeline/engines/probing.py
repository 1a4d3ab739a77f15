"""Whether a held account works again: one probe, ever more rarely; its success lets all searches go on.

DataForSEO is asked for the account's facts, which is free. Yandex has no such call: one search is let through.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from monitor import queue
from monitor.models import AccountState, Provider, Search
from monitor.pipeline import engines
from monitor.pipeline.engines import Account, holds, limits
from monitor.providers.base import ProviderError

Cause = AccountState.Cause

FLOOR = Decimal(1)  # USD; below it nothing is posted, so that no batch is refused in part
LOW = "The balance of the DataForSEO account is {balance} USD, below the floor of {floor} USD."
# Longer waits than the hour come from limits that end at midnight: no probe can shorten them.
LONGEST_WAIT = timedelta(hours=1)
BALANCE_AGE = timedelta(hours=1)


def probe_due(at: datetime) -> None:
    """Probes each held account whose time has come; only one worker does."""
    accounts = [account for provider in Provider for account in engines.accounts(provider)]
    held = AccountState.objects.exclude(held_at=None)
    probe_at = dict(held.values_list("name", "probe_at"))
    for account in accounts:
        if account.name in probe_at and _is_due(account, at):
            _probe(account, at)
    if Search.objects.filter(state=Search.State.HELD, held_for=Search.Hold.ACCOUNT).exists():
        for account in accounts:
            if account.name not in probe_at:
                _let_go(account)


def probe_soon(account: Account, at: datetime) -> None:
    """Somebody says that the account is mended: it is probed at once, at most once a minute."""
    held = AccountState.objects.filter(name=account.name, probe_at__lte=at + LONGEST_WAIT)
    if held.exists() and limits.take(f"{account.name}:probe", per_minute=1):
        held.update(probe_at=at)


def watch_balances(at: datetime) -> None:
    """Reads the balance of each account that has something to ask, once an hour."""
    for account in engines.accounts(Provider.DATAFORSEO):
        fresh = AccountState.objects.filter(name=account.name, balance_at__gt=at - BALANCE_AGE)
        if engines.is_usable(account) and account.searches().open().exists() and not fresh.exists():
            with suppress(ProviderError):  # counted and heeded
                check_balance(account, at)


def check_balance(account: Account, at: datetime) -> None:
    """Reads the balance of a DataForSEO account and holds the account while it is below the floor."""
    if not limits.take(f"{account.name}:user_data", per_minute=1):
        return
    client = engines.dataforseo(is_simulated=account.is_simulated)
    with holds.asking(account, "user_data", at):
        balance = client.account().balance
    _note(account, balance, at)
    if balance < FLOOR:
        holds.hold(account, Cause.BALANCE, LOW.format(balance=balance, floor=FLOOR), at)


def _is_due(account: Account, at: datetime) -> bool:
    """Moves the next probe first, so that this one is nobody else's."""
    due = AccountState.objects.filter(name=account.name, probe_at__lte=at).exclude(held_at=None)
    state = due.first()
    if state is None:
        return False
    waits = holds.WAITS[Cause(state.cause)]
    following = at + waits[min(state.probes, len(waits) - 1)]
    mine = due.filter(probe_at=state.probe_at)
    return bool(mine.update(probe_at=following, probes=F("probes") + 1))


def _probe(account: Account, at: datetime) -> None:
    if not engines.is_usable(account):
        return
    if account.provider == Provider.YANDEX:
        _let_one_through(account)
        return
    try:
        with holds.asking(account, "user_data", at):
            facts = engines.dataforseo(is_simulated=account.is_simulated).account()
    except ProviderError:
        return
    _note(account, facts.balance, at)
    if facts.balance >= FLOOR:
        holds.release(account, at)


@transaction.atomic
def _let_one_through(account: Account) -> None:
    """Planned, and still marked as held: the walk lets it pass."""
    held = account.searches().filter(state=Search.State.HELD, held_for=Search.Hold.ACCOUNT)
    first = held.order_by("priority", "pk").select_for_update(of=("self",), skip_locked=True).first()
    if first:
        Search.objects.filter(pk=first.pk).update(state=Search.State.PLANNED, not_before=Now())
        queue.nudge_searches()


def _let_go(account: Account) -> None:
    """What was put on hold in the very moment of the release goes on as well."""
    late = account.searches().filter(state=Search.State.HELD, held_for=Search.Hold.ACCOUNT)
    ids = list(late.values_list("pk", flat=True))
    Search.objects.filter(pk__in=ids, state=Search.State.HELD).update(
        state=Search.State.PLANNED, held_for="", error=""
    )


def _note(account: Account, balance: Decimal, at: datetime) -> None:
    AccountState.objects.bulk_create([AccountState(name=account.name)], ignore_conflicts=True)
    AccountState.objects.filter(name=account.name).update(balance=balance, balance_at=at)
