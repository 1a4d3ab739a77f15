"""The account and the provider: money, limits and prices, how the service is, and what its codes mean."""

from datetime import UTC, datetime

from monitor.simulator.dataforseo.codes import MESSAGES
from monitor.simulator.dataforseo.envelope import Row, task_row
from monitor.simulator.dataforseo.paths import CODES, STATUS, USER_DATA
from monitor.simulator.dataforseo.posting import HIGH_PRICE, PRICE, balance
from monitor.simulator.parts import Parts
from monitor.simulator.settings import LIMITS
from monitor.simulator.tasks import new_id

DAY = 86_400
_PRICES = {"priority_low": PRICE, "priority_normal": PRICE, "priority_high": HIGH_PRICE}
_ENDPOINTS = ("task_post", "task_get", "postback/pingback")


def user_data(parts: Parts) -> Row:
    """The account: its limits, its money and its prices."""
    found = {
        "login": "simulator",
        "timezone": "UTC",
        "rates": {"limits": _limits(parts), "statistics": {}},
        "money": _money(parts),
        "price": {
            "serp": {
                "task_post": _price(_PRICES),
                "task_get": {"advanced": _price(dict.fromkeys(_PRICES, 0))},
            }
        },
        "backlinks_subscription_expiry_date": None,
    }
    data = {"api": "appendix", "function": "user_data"}
    return task_row(USER_DATA, task_id=new_id(parts.clock.now(), "0231"), data=data, result=[found])


def status(parts: Parts) -> Row:
    """How the service is: null where all is well, else the words that are set."""
    now = parts.dials.now.status or None
    endpoints = [{"endpoint": name, "status": now} for name in _ENDPOINTS]
    data = {"api": "appendix", "function": "status"}
    result = [{"api": "serp", "status": now, "endpoints": endpoints}]
    return task_row(STATUS, task_id=new_id(parts.clock.now(), "0500"), data=data, result=result)


def codes(parts: Parts) -> Row:
    """Every code with its words."""
    result: list[Row] = [{"code": code, "message": message} for code, message in MESSAGES.items()]
    data = {"api": "appendix", "function": "errors"}
    return task_row(CODES, task_id=new_id(parts.clock.now(), "0501"), data=data, result=result)


def _limits(parts: Parts) -> Row:
    limits = {**LIMITS, **parts.dials.now.limits}
    total = limits["total"]
    serp = {
        "task_post": total,
        "task_get": {"advanced": total},
        "locations": total,
        "languages": total,
        **{name: limits[name] for name in ("tasks_ready", "tasks_fixed", "id_list", "errors")},
    }
    none = {"serp": {"task_post": 0}, "total_serp": 0, "total": 0}
    return {"day": none, "minute": {"serp": serp, "total_serp": total, "total": total}}


def _money(parts: Parts) -> Row:
    now = parts.clock.now()
    today = round(parts.tasks.spent_since(now // DAY * DAY), 6)
    limit = parts.dials.now.daily_limit or 0
    return {
        "total": parts.dials.now.deposit,
        "balance": balance(parts),
        "limits": {"day": {"total": limit, "total_serp": limit}, "minute": {"total": 0, "total_serp": 0}},
        "statistics": {
            "day": {
                "serp": {"task_post": today},
                "total_serp": today,
                "total": today,
                "value": f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d}",
            }
        },
    }


def _price(prices: dict[str, float]) -> Row:
    return {name: [{"cost_type": "per_request", "cost": cost}] for name, cost in prices.items()}
