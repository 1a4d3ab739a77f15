"""Whether this machine's clock goes right."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pytest_django import Settings

from monitor.pipeline.checkup import clock
from monitor.pipeline.checkup.findings import State
from tests.pipeline.checkup.conftest import AT, HOST, Internet, states
from tests.safefetch.servers import Reply

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("seconds", "state"),
    [
        (0, State.OK),
        (-2, State.OK),
        (3, State.WARNING),
        (-30, State.WARNING),
        (31, State.BAD),
        (-7200, State.BAD),
    ],
)
def test_it_judges_how_far_a_clock_is_off(seconds: int, state: State) -> None:
    finding = clock.judge(clock.DATABASE, timedelta(seconds=seconds), "the database’s")
    assert finding.state == state
    assert bool(finding.remedy) == (state != State.OK)


def test_a_database_on_this_machine_agrees() -> None:
    assert states(clock.check(AT)) == {clock.DATABASE: State.OK, clock.OUTSIDE: State.OFF}


@pytest.fixture
def provider(settings: Settings) -> None:
    settings.HAS_DATAFORSEO = True
    settings.DATAFORSEO = {"login": "l", "password": "hush-hush", "url": f"https://{HOST}"}


@pytest.mark.parametrize(
    ("off", "state"),
    [(timedelta(), State.OK), (timedelta(seconds=-15), State.WARNING), (timedelta(hours=1), State.BAD)],
)
def test_it_looks_at_the_providers_clock(
    provider: None, internet: Internet, off: timedelta, state: State
) -> None:
    date = format_datetime(datetime.now(UTC) + off, usegmt=True)
    server = internet({"/": Reply(status=404, headers={"Date": date})})
    assert states(clock.check(AT))[clock.OUTSIDE] == state
    assert "authorization" not in server.seen[0].headers


@pytest.mark.parametrize("date", ["", "soon", "Sat, 21 Nov 2026 12:00:00 -0000"])
def test_a_provider_without_a_date_tells_nothing(provider: None, internet: Internet, date: str) -> None:
    internet({"/": Reply(headers={"Date": date} if date else {})})
    assert states(clock.check(AT))[clock.OUTSIDE] == State.UNKNOWN


def test_a_provider_that_cannot_be_reached_tells_nothing(provider: None, inside: None) -> None:
    assert states(clock.check(AT))[clock.OUTSIDE] == State.UNKNOWN


def test_yandex_will_do(settings: Settings, internet: Internet) -> None:
    settings.HAS_YANDEX, settings.YANDEX = True, {"url": f"https://{HOST}"}
    date = format_datetime(datetime.now(UTC), usegmt=True)
    internet({"/": Reply(headers={"Date": date})})
    assert states(clock.check(AT))[clock.OUTSIDE] == State.OK
