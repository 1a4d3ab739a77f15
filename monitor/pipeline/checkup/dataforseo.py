"""Google through DataForSEO: whether its account lets us in, what is left on it, at which prices and limits."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum

from monitor.models import Provider, ProviderTask
from monitor.pipeline import engines
from monitor.pipeline.checkup.accounts import ACCOUNT, PRIORITIES, dollars, held, last_balance, price
from monitor.pipeline.checkup.bounds import in_time
from monitor.pipeline.checkup.findings import Finding, bad, off, ok, unknown, warning
from monitor.pipeline.engines import holds, limits, probing
from monitor.providers.base import AccountError, ProviderError
from monitor.providers.dataforseo.facts import AccountFacts
from monitor.spending.prices import price_of

BALANCE, PRICES, LIMITS, DAY = "Balance", "Prices", "Limits", "Daily limit"
SET = (
    "For searches on Google: set DATAFORSEO_LOGIN and DATAFORSEO_PASSWORD "
    "(the API password, not the one of the site)."
)
CREDENTIALS = "Compare DATAFORSEO_LOGIN and DATAFORSEO_PASSWORD with API Access in the account at DataForSEO."
TOP_UP = "Top up the account at DataForSEO; searches on hold go on by themselves."
LOW, SOON = Decimal(5), 7  # USD, days
DAY_SHARE = Decimal("0.8")
MONTH = timedelta(days=30)
WANTED: Mapping[str, float] = {
    "task_post": limits.CALLS[Provider.DATAFORSEO][0],
    "task_get": limits.CALLS[Provider.DATAFORSEO][0],
    "tasks_ready": limits.READY_PER_MINUTE,
    "id_list": limits.LIST_PER_MINUTE,
}
MINE = engines.Account(provider=Provider.DATAFORSEO, is_simulated=False)


def check(at: datetime) -> Sequence[Finding]:
    """The account as the provider tells of it; the call is free, and made at most once a minute."""
    if not settings.HAS_DATAFORSEO:
        return [off(ACCOUNT, "DataForSEO is not set up.", SET)]
    if not limits.take(f"{MINE.name}:user_data", per_minute=1):
        return [
            unknown(ACCOUNT, "DataForSEO was asked less than a minute ago.", "Wait a minute."),
            *_known(at),
        ]
    try:
        with holds.asking(MINE, "user_data", at):
            facts = engines.dataforseo(is_simulated=False).account()
    except AccountError as error:
        return [bad(ACCOUNT, f"DataForSEO does not let us in: {error.message}", CREDENTIALS), *_known(at)]
    except ProviderError as error:
        return [unknown(ACCOUNT, f"Whether it lets us in is not known: {error.message}"), *_known(at)]
    return _told(facts, at)


def _known(at: datetime) -> Sequence[Finding]:
    """What our own books say when the provider did not."""
    with in_time():
        found = [held(Provider.DATAFORSEO), last_balance(Provider.DATAFORSEO), price(Provider.DATAFORSEO, at)]
    return [finding for finding in found if finding]


def _told(facts: AccountFacts, at: datetime) -> Sequence[Finding]:
    with in_time():
        reason = held(Provider.DATAFORSEO)
        reckoned = {priority.value: price_of(Provider.DATAFORSEO, priority, at) for priority in PRIORITIES}
        spent = _spent(at)
    if reason:
        probing.probe_soon(MINE, at)
    let_in = ok(ACCOUNT, f"DataForSEO lets us in.{_sandbox()}")
    return [
        reason or let_in,
        balance(facts.balance, spent),
        prices(facts.prices, reckoned),
        calls(facts.limits),
        *day(facts),
    ]


def _sandbox() -> str:
    is_sandbox = "sandbox" in settings.DATAFORSEO["url"]
    return " It is the sandbox, whose answers are made up." if is_sandbox else ""


def _spent(at: datetime) -> Decimal:
    """What the real account was charged for our searches in the last month."""
    mine = ProviderTask.objects.filter(provider=Provider.DATAFORSEO, posted_at__gte=at - MONTH)
    real = mine.filter(workspace__is_demo=False)
    return real.aggregate(sum=Sum("cost"))["sum"] or Decimal(0)


def balance(left: Decimal, spent: Decimal) -> Finding:
    """What is left, and for how long at the spending of the last 30 days; amounts in USD."""
    days = left / (spent / MONTH.days) if spent > 0 else None
    lasts = f", which lasts about {days:,.0f} days at the pace of the last 30" if days is not None else ""
    sentence = f"${left:,.2f} are left{lasts}."
    if left < probing.FLOOR:
        return bad(BALANCE, f"{sentence} Below ${probing.FLOOR} nothing is posted.", TOP_UP)
    if left < LOW or (days is not None and days < SOON):
        return warning(BALANCE, sentence, TOP_UP)
    return ok(BALANCE, sentence)


def prices(told: Mapping[str, Decimal], reckoned: Mapping[str, Decimal]) -> Finding:
    """The provider's prices of a task beside those that budgets are made with."""
    if not told:
        return unknown(PRICES, f"DataForSEO tells no prices; budgets reckon with {_listed(reckoned)}.")
    if any(amount != reckoned[priority] for priority, amount in told.items()):
        sentence = f"DataForSEO charges {_listed(told)}, but budgets reckon with {_listed(reckoned)}."
        remedy = (
            "New prices are taken over with the next nightly look at the books; forecasts change with them."
        )
        return warning(PRICES, sentence, remedy)
    return ok(PRICES, f"A search costs {_listed(told)}, which is what budgets reckon with.")


def _listed(amounts: Mapping[str, Decimal]) -> str:
    return " and ".join(f"{dollars(amount)} at {priority} priority" for priority, amount in amounts.items())


def calls(told: Mapping[str, int]) -> Finding:
    """The calls a minute that the account allows beside those that we make at most."""
    if not told:
        return unknown(LIMITS, "DataForSEO tells no limits of calls.")
    tight = [f"{call} ({told[call]})" for call, wanted in WANTED.items() if told.get(call, wanted) < wanted]
    if tight:
        sentence = f"The account allows fewer calls a minute than we make at most: {', '.join(tight)}."
        return warning(LIMITS, sentence, "Ask DataForSEO for the usual limits; until then work goes slower.")
    shown = ", ".join(f"{call} {told[call]:,}" for call in WANTED if call in told)
    return ok(LIMITS, f"Calls a minute: {shown}; enough for us.")


def day(facts: AccountFacts) -> Sequence[Finding]:
    """What the account may spend a day, where its owner has set that."""
    if facts.day_limit is None:
        return []
    sentence = (
        f"${facts.spent_today:,.2f} of ${facts.day_limit:,.2f} a day are spent; the day ends at 00:00 UTC."
    )
    if facts.spent_today < DAY_SHARE * facts.day_limit:
        return [ok(DAY, sentence)]
    return [
        warning(DAY, sentence, "Raise the daily limit in the account at DataForSEO, or spread the cadences.")
    ]
