"""Daily digests at 08:00 on the workspace's clock, and changing between daily, each run and never."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.alerts import digests, following
from monitor.alerts.telling import tell
from monitor.models import Alert, Delivery, Follow
from tests.alerts.world import START, World, pages, told_to

DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 9, 5, tzinfo=UTC)
EIGHT = datetime(2026, 3, 9, 8, tzinfo=UTC)
LATER = timedelta(minutes=15)


def follow_as(world: World, frequency: str, at: datetime) -> None:
    following.choose(world.person, world.collection, frequency, at)


def subjects() -> list[str]:
    return list(Delivery.objects.exclude(subject="").order_by("pk").values_list("subject", flat=True))


@pytest.mark.parametrize(
    ("zone", "at", "day", "due"),
    [
        ("UTC", datetime(2026, 3, 9, 7, 59, tzinfo=UTC), date(2026, 3, 9), datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("UTC", datetime(2026, 3, 9, 8, tzinfo=UTC), date(2026, 3, 10), datetime(2026, 3, 10, 8, tzinfo=UTC)),
        # Berlin's clock goes from +1 to +2 in the night of 29 March, and back on 25 October.
        ("Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC), date(2026, 3, 29),
         datetime(2026, 3, 29, 6, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC), date(2026, 10, 25),
         datetime(2026, 10, 25, 7, tzinfo=UTC)),
        # Already the next day there.
        ("Pacific/Auckland", datetime(2026, 3, 8, 19, 30, tzinfo=UTC), date(2026, 3, 10),
         datetime(2026, 3, 9, 19, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 3, 9, 3, tzinfo=UTC), date(2026, 3, 9),
         datetime(2026, 3, 9, 15, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_the_next_digest_is_at_eight_on_the_local_clock(
    zone: str, at: datetime, day: date, due: datetime
) -> None:
    place = ZoneInfo(zone)
    assert digests.first_day(at, place) == day
    assert digests.due_on(day, place) == due


def test_a_digest_gathers_the_runs_of_a_day_into_one_mail(world: World) -> None:
    follow_as(world, Follow.Frequency.DAILY, START)
    world.baseline()
    world.sweep(EIGHT + LATER, *pages(2))
    tell(EIGHT + LATER * 2)
    world.sweep(EIGHT + DAY / 2, *pages(3))
    tell(EIGHT + DAY / 2 + LATER)
    assert subjects() == []
    tell(EIGHT + DAY - timedelta(seconds=1))
    assert subjects() == []
    tell(EIGHT + DAY)
    assert subjects() == ["3 new matches: Tidal mug · Product, Halden"]
    tell(EIGHT + DAY + LATER)
    assert len(subjects()) == 1


def test_a_day_without_news_has_no_mail(world: World) -> None:
    follow_as(world, Follow.Frequency.DAILY, START)
    world.baseline()
    world.sweep(MONDAY)
    for days in range(3):
        tell(EIGHT + DAY * days)
    assert not Delivery.objects.exists()


def test_a_closed_digest_takes_nothing_more(world: World) -> None:
    follow_as(world, Follow.Frequency.DAILY, START)
    world.baseline()
    world.sweep(MONDAY, *pages(1))
    tell(EIGHT - LATER)
    tell(EIGHT)
    world.sweep(MONDAY + LATER, *pages(2))
    # A decider whose clock is behind: it would add to today's digest, which has gone out.
    tell(EIGHT - timedelta(seconds=1))
    tell(EIGHT + DAY)
    assert Alert.objects.filter(kind=Alert.Kind.DIGEST).count() == 2
    assert told_to(world.person) == pages(2)
    assert [subject[:13] for subject in subjects()] == ["1 new match: ", "1 new match: "]


@pytest.mark.parametrize("order", [("daily", "each_run"), ("each_run", "daily")])
def test_changing_how_often_loses_nothing_and_repeats_nothing(world: World, order: tuple[str, str]) -> None:
    follow_as(world, order[0], START)
    world.baseline()
    world.sweep(EIGHT - LATER * 2, *pages(2))
    tell(EIGHT - LATER)
    follow_as(world, order[1], EIGHT - LATER)
    world.sweep(EIGHT - LATER, *pages(4))
    for at in (EIGHT, EIGHT + LATER, EIGHT + DAY):
        tell(at)
    assert told_to(world.person) == pages(4)
    assert sorted(subject[:13] for subject in subjects()) == ["2 new matches"] * 2


def test_a_mail_that_was_being_gathered_is_dropped_when_mails_are_turned_off(world: World) -> None:
    follow_as(world, Follow.Frequency.DAILY, START)
    world.baseline()
    world.sweep(MONDAY, *pages(1))
    tell(MONDAY + LATER)
    follow_as(world, Follow.Frequency.OFF, MONDAY + LATER)
    tell(EIGHT)
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.error) == (Delivery.Outcome.DROPPED, following.TURNED_OFF)


def test_who_turns_mails_on_again_hears_of_what_is_found_from_then_on(world: World) -> None:
    follow_as(world, Follow.Frequency.OFF, START)
    world.baseline()
    world.sweep(MONDAY, *pages(1))
    tell(MONDAY + LATER)
    follow_as(world, Follow.Frequency.DAILY, MONDAY + LATER)
    world.sweep(MONDAY + LATER * 2, *pages(2))
    tell(EIGHT)
    assert told_to(world.person) == pages(2)[1:]


def test_choosing_another_frequency_does_not_begin_anew(world: World) -> None:
    follow_as(world, Follow.Frequency.DAILY, EIGHT)
    world.follow.refresh_from_db()
    assert world.follow.since == START
