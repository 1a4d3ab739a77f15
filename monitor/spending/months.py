"""Months of a budget: they turn at midnight in the workspace's own time zone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Workspace


@dataclass(frozen=True, kw_only=True, order=True)
class Month:
    """A month of a workspace: from `since` up to, but without, `until`; both aware, in its zone."""

    since: datetime
    until: datetime

    @property
    def name(self) -> str:
        """Like 2026-11."""
        return f"{self.since:%Y-%m}"


def month_of(workspace: Workspace, at: datetime) -> Month:
    """The month that a moment belongs to."""
    return _month(at.astimezone(ZoneInfo(workspace.time_zone)))


def _month(local: datetime) -> Month:
    since = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    later = since + timedelta(days=32)
    return Month(since=since, until=later.replace(day=1))
