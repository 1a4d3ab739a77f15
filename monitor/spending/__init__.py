"""What searches cost, what was spent, and what the month will come to. All amounts in USD."""

from monitor.spending.ledger import OPEN_TASKS, settle, spent
from monitor.spending.prices import price_of

__all__ = ["OPEN_TASKS", "price_of", "settle", "spent"]
