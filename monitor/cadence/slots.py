"""The times a cron line names, in order; all results are in UTC, all arguments are aware."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from cronsim import CronSim

from .lines import NEVER, CadenceError


def next_slot(cron: str, zone: ZoneInfo, after: datetime) -> datetime:
    """The first time later than `after`; a wall time that the clocks skip counts at the end of the gap."""
    slot = next(_slots(cron, zone, after), None)
    if slot is None:
        raise CadenceError(NEVER)
    return slot


def latest_slot(cron: str, zone: ZoneInfo, after: datetime, until: datetime) -> datetime | None:
    """The last time later than `after` and not later than `until`, if there is one."""
    # Reaching back twice as far each time takes few steps, however long the span and however dense the line.
    reach = timedelta(days=1)
    while after < until:
        start = until - reach if until - after > reach else after
        slots = list(_slots(cron, zone, start, until))
        if slots or start == after:
            return slots[-1] if slots else None
        reach *= 2
    return None


def slots_between(cron: str, zone: ZoneInfo, after: datetime, until: datetime, limit: int) -> list[datetime]:
    """The first `limit` times later than `after` and not later than `until`, in order."""
    return list(islice(_slots(cron, zone, after, until), limit))


def spread_minutes(key: int) -> int:
    """0 to 59, always the same for a key; sixty keys in a row fill the hour evenly."""
    return key * 37 % 60


def _slots(cron: str, zone: ZoneInfo, after: datetime, until: datetime | None = None) -> Iterator[datetime]:
    last = after.astimezone(UTC)
    for local in CronSim(cron, after.astimezone(zone)):
        slot = local.astimezone(UTC)
        if until is not None and slot > until:
            return
        # When the clocks go back, cronsim may name the first pass of an hour whose second has begun.
        if slot > last:
            yield slot
            last = slot
