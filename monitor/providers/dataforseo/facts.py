"""What DataForSEO says of an account (user_data) and of itself (status)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from monitor.providers.dataforseo.envelope import NAME
from monitor.providers.http import trouble
from monitor.providers.reading import dollars, record, records, text, whole

PRIORITIES = ("normal", "high")
CALLS = ("task_post", "tasks_ready", "tasks_fixed", "task_get", "id_list", "errors", "locations", "languages")

Row = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class AccountFacts:
    """An account; amounts in USD.

    `prices` are of one task by priority (normal, high) where they are told. `limits` are calls a minute, by the
    call's name. `day_limit` is what the account may spend a day, None without a limit; days are UTC's.
    """

    balance: Decimal
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    day_limit: Decimal | None = None
    spent_today: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class ServiceStatus:
    """How the search interface does, in the provider's words; "" and no endpoints when nothing is wrong."""

    state: str = ""
    endpoints: Mapping[str, str] = field(default_factory=dict)


def account_facts(rows: Sequence[Row]) -> AccountFacts:
    """Of user_data; an answer without a balance is none."""
    row = record(rows[0]) if rows else {}
    money = record(row.get("money"))
    if not isinstance(money.get("balance"), int | float | str):
        raise trouble(NAME, "did not tell the account’s balance", paid=False)
    allowed, spent = (record(record(money.get(part)).get("day")) for part in ("limits", "statistics"))
    limits = (dollars(allowed.get(name)) for name in ("total", "total_serp"))
    return AccountFacts(
        balance=dollars(money.get("balance")),
        prices=_prices(_down(row, "price", "serp", "task_post")),
        limits=_limits(_down(row, "rates", "limits", "minute", "serp")),
        day_limit=min((limit for limit in limits if limit), default=None),
        spent_today=dollars(spent.get("total")) or dollars(spent.get("total_serp")),
    )


def service_status(rows: Sequence[Row]) -> ServiceStatus:
    """Of status; only what it says of searches counts."""
    row = next((row for row in rows if row.get("api") == "serp"), {})
    named = {
        text(one.get("endpoint"), 100): text(one.get("status"), 100) for one in records(row.get("endpoints"))
    }
    endpoints = {endpoint: state for endpoint, state in named.items() if endpoint and state}
    return ServiceStatus(state=text(row.get("status"), 100), endpoints=endpoints)


def _prices(posting: Row) -> dict[str, Decimal]:
    lists = {priority: records(posting.get(f"priority_{priority}")) for priority in PRIORITIES}
    told = {priority: dollars(rows[0].get("cost")) for priority, rows in lists.items() if rows}
    return {priority: price for priority, price in told.items() if price}


def _limits(minute: Row) -> dict[str, int]:
    """The one of task_get has a number for each form of the answer."""
    told = {call: minute.get(call) for call in CALLS}
    told["task_get"] = record(told["task_get"]).get("advanced")
    return {call: number for call, value in told.items() if (number := whole(value))}


def _down(row: Row, *names: str) -> Row:
    for name in names:
        row = record(row.get(name))
    return row
