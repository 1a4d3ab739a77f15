"""What is the same of every provider account: whether it is held, and what a call is reckoned to cost."""

from datetime import datetime
from decimal import Decimal

from monitor.models import AccountState, Provider, Search
from monitor.pipeline.checkup.findings import Finding, bad, ok, warning
from monitor.pipeline.engines import Account
from monitor.spending.prices import price_of

ACCOUNT = "Account"
PRIORITIES = (Search.Priority.NORMAL, Search.Priority.HIGH)


def held(provider: Provider) -> Finding | None:
    """The reason why nothing is posted for the real account at present."""
    name = Account(provider=provider, is_simulated=False).name
    state = AccountState.objects.filter(name=name).exclude(held_at=None).first()
    if state is None or state.held_at is None:
        return None
    sentence = f"Held since {state.held_at:%d %B %Y, %H:%M} UTC. {state.message}"
    if state.cause == AccountState.Cause.PROVIDER:
        return warning(
            provider.label, sentence, "Wait; searches go on by themselves when the provider is back."
        )
    return bad(ACCOUNT, sentence, "See to the account at the provider; it is asked again by itself.")


def last_balance(provider: Provider) -> Finding | None:
    """What was left when the provider last said so."""
    name = Account(provider=provider, is_simulated=False).name
    state = AccountState.objects.filter(name=name).exclude(balance=None).first()
    if state is None or state.balance is None or state.balance_at is None:
        return None
    return ok("Balance", f"${state.balance:,.2f} were left on {state.balance_at:%d %B %Y, %H:%M} UTC.")


def price(provider: Provider, at: datetime) -> Finding:
    """The price of a call that budgets and forecasts are made with."""
    normal, high = (price_of(provider, priority, at) for priority in PRIORITIES)
    more = f", {dollars(high)} for “Run now”" if high != normal else ""
    return ok("Price", f"Budgets and forecasts reckon with {dollars(normal)} a call{more}.")


def dollars(amount: Decimal) -> str:
    """An amount with all its digits, since prices are parts of a cent."""
    return f"${amount.normalize():f}"
