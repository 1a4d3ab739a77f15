"""Months turn at midnight of the workspace's own clock."""

from datetime import UTC, datetime

import pytest

from accounts.models import Workspace
from monitor.spending.months import month_of


@pytest.mark.parametrize(
    ("zone", "at", "since", "until"),
    [
        ("UTC", "2026-11-30T23:59", "2026-11-01T00:00", "2026-12-01T00:00"),
        ("Asia/Tokyo", "2026-11-30T15:00", "2026-11-30T15:00", "2026-12-31T15:00"),
        ("America/New_York", "2026-11-01T03:00", "2026-10-01T04:00", "2026-11-01T04:00"),
        ("America/New_York", "2026-11-30T12:00", "2026-11-01T04:00", "2026-12-01T05:00"),
        ("Europe/London", "2026-12-31T23:30", "2026-12-01T00:00", "2027-01-01T00:00"),
    ],
)
def test_a_moment_belongs_to_a_month(zone: str, at: str, since: str, until: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    month = month_of(Workspace(time_zone=zone), moment)
    assert month.since == datetime.fromisoformat(since).replace(tzinfo=UTC)
    assert month.until == datetime.fromisoformat(until).replace(tzinfo=UTC)
    assert month.since <= moment < month.until
