"""When a collection runs: cron lines in a workspace's time zone, and the form people choose them by. Pure."""

from .lines import CadenceError, validate
from .plans import LAST_DAY, Kind, Plan, describe, from_cron, to_cron
from .slots import latest_slot, next_slot, slots_between, spread_minutes

__all__ = [
    "LAST_DAY",
    "CadenceError",
    "Kind",
    "Plan",
    "describe",
    "from_cron",
    "latest_slot",
    "next_slot",
    "slots_between",
    "spread_minutes",
    "to_cron",
    "validate",
]
