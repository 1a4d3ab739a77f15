"""Provider accounts that cannot be used for a while: nothing is posted for them until a probe succeeds.

An account is held when people must act (credentials, balance, permissions), or when the provider itself is in
trouble (the circuit is open). Its planned searches wait without using up an attempt. What the provider has already
taken goes on being collected.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from time import monotonic

from django.db import transaction
from django.db.models.functions import Greatest, Now

from monitor import queue
from monitor.alerts import troubles
from monitor.models import AccountState, Search, Trouble
from monitor.pipeline.engines import Account, circuit, counting
from monitor.providers.base import (
    AccountError,
    OutcomeUnknown,
    ProtocolBug,
    ProviderError,
    RateLimited,
    Unavailable,
)

Cause = AccountState.Cause

FUNCTION_UNAVAILABLE = 50304  # DataForSEO: "this function temporarily unavailable"
DAY_LIMIT = 40203  # DataForSEO: "the cost limit has been exceeded", until midnight UTC
NO_MONEY = (40200, 40210)
PAID_CALLS = ("task_post", "search_by_image")
WAITS = {
    Cause.ACCOUNT: (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)),
    Cause.BALANCE: (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)),
    Cause.PROVIDER: (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)),
}
ADVICE = {
    Cause.ACCOUNT: "Check the account at the provider, and its credentials here.",
    Cause.BALANCE: "Top up the account at the provider.",
    Cause.PROVIDER: "There is nothing to do but wait.",
}
GOES_ON = "Searches are kept, and go on by themselves."


@dataclass
class Call:
    """How a call ended; one that raised nothing may still hold an error in what it answered."""

    error: ProviderError | None = None


@contextmanager
def asking(account: Account, call: str, at: datetime) -> Iterator[Call]:
    """Around each call to a provider: counts it, and holds the account when its error asks for that.

    `call` is one of task_post, task_get, tasks_ready, tasks_fixed, id_list, user_data, errors, locations,
    languages, status, webhook_resend and search_by_image. Never inside a transaction.
    """
    started = monotonic()
    ended = Call()
    try:
        yield ended
    except ProviderError as raised:
        ended.error = raised
        raise
    finally:
        counting.count(account.name, call, outcome_of(ended.error), monotonic() - started)
        heed(account, ended.error, at, is_paid=call in PAID_CALLS)


def asked(
    account: Account, call: str, ended: Sequence[tuple[ProviderError | None, float]], at: datetime
) -> None:
    """The same for calls that were made side by side: how each ended, after how many seconds, in their order."""
    seconds: dict[str, list[float]] = defaultdict(list)
    for error, duration in ended:
        seconds[outcome_of(error)].append(duration)
    for outcome, durations in seconds.items():
        counting.count(account.name, call, outcome, *durations)
    errors = [error for error, _ in ended]
    last_answer = max((n for n, error in enumerate(errors) if not is_silence(error)), default=-1)
    if last_answer >= 0:
        is_proof = any(_is_proof(error) for error in errors)
        _answered(account, at, is_paid=is_proof and call in PAID_CALLS)
    for n, error in enumerate(errors):
        if isinstance(error, AccountError | ProtocolBug) or (n > last_answer and error):
            heed(account, error, at, is_paid=call in PAID_CALLS)


def is_silence(error: ProviderError | None) -> bool:
    """Whether a call that ended so was not answered."""
    return isinstance(error, Unavailable | OutcomeUnknown)


def _is_proof(error: ProviderError | None) -> bool:
    """Whether a paid call that ended so shows that the account works."""
    return not (is_silence(error) or isinstance(error, AccountError | RateLimited | ProtocolBug))


def outcome_of(error: ProviderError | None) -> str:
    """How a call is counted: "ok", or the name of its error."""
    return "ok" if error is None else type(error).__name__


def heed(account: Account, error: ProviderError | None, at: datetime, *, is_paid: bool = False) -> None:
    """Draws the consequences of how a call (or one task of it) ended for its whole account."""
    match error:
        case AccountError():
            cause = Cause.BALANCE if error.code in NO_MONEY else Cause.ACCOUNT
            hold(account, cause, error.message, at, _midnight(at) if error.code == DAY_LIMIT else None)
        case Unavailable(code=code) if code == FUNCTION_UNAVAILABLE:
            hold(account, Cause.PROVIDER, error.message, at)
        case Unavailable() | OutcomeUnknown():
            if circuit.is_opened(account, is_paid=is_paid):
                hold(account, Cause.PROVIDER, error.message, at)
        case ProtocolBug():
            troubles.begin(Trouble.Kind.CALLS, account.name, error.message, at)
        case RateLimited():
            pass
        case _:
            _answered(account, at, is_paid=is_paid)


def is_broken(account: Account) -> bool:
    """Whether the provider itself is in trouble."""
    return AccountState.objects.filter(name=account.name, cause=Cause.PROVIDER).exists()


def is_held(account: Account) -> bool:
    """Whether nothing may be posted for the account now."""
    return AccountState.objects.filter(name=account.name).exclude(held_at=None).exists()


@transaction.atomic
def keep_held(account: Account) -> bool:
    """Whether the account is held; then what has been planned meanwhile is held as well."""
    state = AccountState.objects.filter(name=account.name).exclude(held_at=None).first()
    if state:
        hold_searches(account, state.message)
    return state is not None


@transaction.atomic
def hold(
    account: Account, cause: AccountState.Cause, message: str, at: datetime, probe_at: datetime | None = None
) -> None:
    """Stops posting for the account and begins its trouble; a second time changes only what is worse now."""
    state = lock(account)
    if state.held_at and (cause == Cause.PROVIDER or (state.cause == cause and not probe_at)):
        hold_searches(account, state.message)
        return
    sentence = f"{message} {ADVICE[cause]} {GOES_ON}"
    wait = WAITS[cause][min(state.probes, len(WAITS[cause]) - 1)]
    state.probe_at = probe_at or (state.probe_at if state.held_at else at + wait)
    state.probes += 0 if state.held_at else 1
    state.cause, state.message, state.held_at = cause, sentence, state.held_at or at
    state.save()
    hold_searches(account, sentence)
    troubles.begin(Trouble.Kind(cause.value), account.name, sentence, at)


def hold_searches(account: Account, sentence: str) -> None:
    """Planned searches wait, each with its own time kept; one that is being taken up right now holds itself.

    A planned one that is marked as held is the probe: it is let through.
    """
    planned = account.searches().filter(state=Search.State.PLANNED, held_for="")
    locked = planned.order_by("pk").select_for_update(of=("self",), skip_locked=True)
    ids = list(locked.values_list("pk", flat=True))
    Search.objects.filter(pk__in=ids).update(
        state=Search.State.HELD, held_for=Search.Hold.ACCOUNT, error=sentence
    )


@transaction.atomic
def release(account: Account, at: datetime) -> None:
    """The account works again: all its searches go on at once, and its troubles are over.

    That no paid call is answered is over only when one of these searches is taken: a free probe proves little, and
    nobody is to be told of an end, and of another beginning, after each.
    """
    state = lock(account)
    if not state.held_at:
        return
    state.cause, state.message, state.held_at, state.probe_at = "", "", None, None
    # Half open: a free probe may have succeeded, so the next paid call that is not answered opens it again.
    state.failures = min(state.failures, circuit.FAILURES_ALLOWED - 1)
    state.save()
    waiting = account.searches().filter(held_for=Search.Hold.ACCOUNT).open()
    ids = list(waiting.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    # Due from now on: the time on hold is no delay of the queue.
    Search.objects.filter(pk__in=ids).update(held_for="", error="", not_before=Greatest("not_before", Now()))
    Search.objects.filter(pk__in=ids, state=Search.State.HELD).update(state=Search.State.PLANNED)
    is_to_be_proved = ids and state.failures == circuit.FAILURES_ALLOWED - 1
    for cause in (Cause.ACCOUNT, Cause.BALANCE) if is_to_be_proved else Cause:
        troubles.end(Trouble.Kind(cause.value), account.name, at)
    queue.nudge_searches()


def lock(account: Account) -> AccountState:
    """The row of an account, made when it is missing; inside a transaction."""
    AccountState.objects.bulk_create([AccountState(name=account.name)], ignore_conflicts=True)
    return AccountState.objects.select_for_update().get(name=account.name)


def _answered(account: Account, at: datetime, *, is_paid: bool) -> None:
    """The provider is there; a paid call that it answered shows that the account works as well.

    One that was begun before the hold (or beside the call that led to it) says nothing of the time since.
    """
    circuit.is_there(account)
    if not is_paid:
        return
    mine = AccountState.objects.filter(name=account.name)
    state = mine.first()
    if state and state.held_at:
        if at <= state.held_at:
            return
        release(account, at)
    troubles.end(Trouble.Kind.CALLS, account.name, at)
    if state and (state.failures or state.probes):
        troubles.end(Trouble.Kind.PROVIDER, account.name, at)
        mine.update(failures=0, probes=0)


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.date() + timedelta(days=1), time(0, 1), at.tzinfo)
