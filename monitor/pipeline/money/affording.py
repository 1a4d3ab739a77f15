"""The budget gate before calls are written down: what does not fit waits, or goes on without them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from monitor.models import Provider, Search
from monitor.pipeline import ending
from monitor.pipeline.money import budgets
from monitor.spending.prices import Prices


def afford(
    searches: Sequence[Search], provider: Provider, prices: Prices, at: datetime
) -> tuple[list[Search], dict[str, list[Search]]]:
    """Those for which their workspace has the money, and by reason those for which it has not.

    Inside the transaction that writes the tasks of the first ones down.
    """
    if not searches:
        return [], {}
    purse = budgets.open_purse({search.watched_image.workspace_id for search in searches}, at)
    refused: dict[str, list[Search]] = defaultdict(list)
    for search in searches:
        price = prices.of(provider, search.priority)
        refused[purse.take(search.watched_image.workspace_id, price)].append(search)
    return refused.pop("", []), refused


def wait(refused: dict[str, list[Search]]) -> dict[str, list[Search]]:
    """They are held until the budget is raised or the month begins anew.

    Returns by reason those that only were to confirm an answer: they fail, and what they have counts in part.
    """
    confirming: dict[str, list[Search]] = {}
    for reason, searches in refused.items():
        ending.hold([one for one in searches if not one.is_confirming], Search.Hold.BUDGET, reason)
        confirming[reason] = [one for one in searches if one.is_confirming]
    return confirming
