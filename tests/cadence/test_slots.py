"""The times themselves, right across daylight saving."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cadence import CadenceError, latest_slot, next_slot, slots_between, spread_minutes

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Santiago",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "Asia/Kolkata",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "America/St_Johns",
    )
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def walls(cron: str, zone: ZoneInfo, after: str, count: int) -> list[str]:
    found = slots_between(cron, zone, utc(after), utc(after) + timedelta(days=900), count)
    return [slot.astimezone(zone).isoformat(sep=" ", timespec="minutes") for slot in found]


def test_it_follows_the_workspaces_clock() -> None:
    assert next_slot("0 5 * * 1", BERLIN, utc("2026-01-01")) == utc("2026-01-05 04:00")
    assert next_slot("0 5 * * 1", BERLIN, utc("2026-07-01")) == utc("2026-07-06 03:00")
    assert next_slot("0 5 * * 1", ZoneInfo("Asia/Kathmandu"), utc("2026-07-01")) == utc("2026-07-05 23:15")


def test_it_is_strictly_later_and_in_utc() -> None:
    slot = next_slot("0 5 * * *", BERLIN, utc("2026-01-05 04:00"))
    assert slot == utc("2026-01-06 04:00")
    assert slot.tzinfo is UTC
    assert next_slot("0 5 * * *", BERLIN, utc("2026-01-05 03:59:59")) == utc("2026-01-05 04:00")


def test_it_runs_once_when_the_clocks_go_forward() -> None:
    assert walls("30 2 * * *", BERLIN, "2026-03-27 12:00", 3) == [
        "2026-03-28 02:30+01:00",
        "2026-03-29 03:00+02:00",
        "2026-03-30 02:30+02:00",
    ]


def test_it_runs_once_when_the_clocks_go_back() -> None:
    assert walls("30 2 * * *", BERLIN, "2026-10-23 12:00", 3) == [
        "2026-10-24 02:30+02:00",
        "2026-10-25 02:30+02:00",
        "2026-10-26 02:30+01:00",
    ]


@pytest.mark.parametrize(
    "after", ["2026-10-25 00:30", "2026-10-25 00:45", "2026-10-25 01:15", "2026-10-25 01:30"]
)
def test_it_does_not_run_again_in_the_repeated_hour(after: str) -> None:
    assert next_slot("30 2 * * *", BERLIN, utc(after)) == utc("2026-10-26 01:30")


def test_it_takes_skipped_hours_together() -> None:
    assert walls("0 2,3 * * *", BERLIN, "2026-03-28 12:00", 3) == [
        "2026-03-29 03:00+02:00",
        "2026-03-30 02:00+02:00",
        "2026-03-30 03:00+02:00",
    ]


def test_it_keeps_hourly_lines_hourly_when_the_clocks_change() -> None:
    for day in ("2026-03-28 22:00", "2026-10-24 22:00"):
        slots = slots_between("0 * * * *", BERLIN, utc(day), utc(day) + timedelta(hours=9), 20)
        assert {b - a for a, b in pairwise(slots)} == {timedelta(hours=1)}
        assert len(slots) == 9


def test_it_passes_over_months_without_the_day() -> None:
    assert walls("30 2 31 * *", BERLIN, "2026-01-01", 4) == [
        "2026-01-31 02:30+01:00",
        "2026-03-31 02:30+02:00",
        "2026-05-31 02:30+02:00",
        "2026-07-31 02:30+02:00",
    ]
    assert walls("0 5 L * *", BERLIN, "2026-01-31 12:00", 2) == [
        "2026-02-28 05:00+01:00",
        "2026-03-31 05:00+02:00",
    ]


def test_it_copes_with_a_day_that_a_zone_left_out() -> None:
    assert walls("0 5 * * *", ZoneInfo("Pacific/Apia"), "2011-12-29 12:00", 3) == [
        "2011-12-29 05:00-10:00",
        "2011-12-31 00:00+14:00",
        "2011-12-31 05:00+14:00",
    ]


def test_it_finds_the_latest_slot_only() -> None:
    line, after, until = "0 5 * * 1", utc("2026-01-05 04:00"), utc("2026-06-03")
    assert latest_slot(line, BERLIN, after, until) == utc("2026-06-01 03:00")
    assert latest_slot(line, BERLIN, after, utc("2026-01-12 04:00")) == utc("2026-01-12 04:00")
    assert latest_slot(line, BERLIN, after, utc("2026-01-12 03:59")) is None
    assert latest_slot(line, BERLIN, after, after) is None
    assert latest_slot(line, BERLIN, until, after) is None


def test_it_finds_the_latest_slot_over_a_long_time() -> None:
    assert latest_slot("0 0 29 2 *", BERLIN, utc("1990-01-01"), utc("2027-12-31")) == utc("2024-02-28 23:00")
    assert latest_slot("0 * * * *", BERLIN, utc("1990-01-01"), utc("2027-12-31 10:10")) == utc(
        "2027-12-31 10:00"
    )


def test_it_lists_the_earliest_missed_slots() -> None:
    slots = slots_between("0 5 * * *", BERLIN, utc("2026-01-05 04:00"), utc("2026-01-08 04:00"), 100)
    assert slots == [utc("2026-01-06 04:00"), utc("2026-01-07 04:00"), utc("2026-01-08 04:00")]
    assert (
        slots_between("0 5 * * *", BERLIN, utc("2026-01-05 04:00"), utc("2026-01-08 04:00"), 2) == slots[:2]
    )


def test_it_refuses_to_look_for_what_never_comes() -> None:
    with pytest.raises(CadenceError):
        next_slot("0 0 */31 2 1#5", BERLIN, utc("2026-01-01"))


def test_it_spreads_neighbours_over_the_hour() -> None:
    assert sorted(spread_minutes(key) for key in range(100, 160)) == list(range(60))
    assert spread_minutes(7) == spread_minutes(7)


MOMENT = st.integers(0, 10 * 366 * 86400).map(lambda seconds: utc("2020-01-01") + timedelta(seconds=seconds))
LINE = st.builds(
    lambda minute, hour, days: f"{minute} {hour} {days}",
    st.integers(0, 59),
    st.one_of(st.integers(0, 23).map(str), st.sampled_from(["*", "*/6", "1,2,3", "0-4"])),
    st.sampled_from(["* * *", "* * 1-5", "* * 0", "* * 1,4", "31 * *", "L * *", "1-7 * 1"]),
)


@given(LINE, st.sampled_from(ZONES), MOMENT)
def test_its_next_slot_is_later_and_the_only_one(cron: str, zone: ZoneInfo, after: datetime) -> None:
    slot = next_slot(cron, zone, after)
    assert slot > after
    assert slots_between(cron, zone, after, slot, 10) == [slot]
    assert latest_slot(cron, zone, after, slot) == slot


@given(LINE, st.sampled_from(ZONES), MOMENT)
def test_it_walks_the_same_slots_step_by_step(cron: str, zone: ZoneInfo, after: datetime) -> None:
    at, stepped = after, []
    for _ in range(5):
        at = next_slot(cron, zone, at)
        stepped.append(at)
    assert slots_between(cron, zone, after, at, 10) == stepped


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("minute_of_day", [0, 30, 90, 125, 150, 179, 180, 1439])
def test_it_runs_once_on_every_day_of_two_years(zone: ZoneInfo, minute_of_day: int) -> None:
    hour, minute = divmod(minute_of_day, 60)
    start, end = datetime(2026, 1, 1, tzinfo=zone), datetime(2028, 1, 1, tzinfo=zone)
    before = start.astimezone(UTC) - timedelta(seconds=1)
    last = end.astimezone(UTC) - timedelta(seconds=1)
    slots = [s.astimezone(zone) for s in slots_between(f"{minute} {hour} * * *", zone, before, last, 5000)]
    days = Counter(slot.date() for slot in slots)
    assert set(days) == {date(2026, 1, 1) + timedelta(days=n) for n in range(730)}
    assert set(days.values()) == {1}
    for slot in slots:
        planned = datetime(slot.year, slot.month, slot.day, hour, minute, tzinfo=zone)
        in_gap = planned.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != planned.replace(tzinfo=None)
        assert in_gap or (slot.hour, slot.minute) == (hour, minute)
