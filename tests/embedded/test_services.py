"""One service: starting again, later and later."""

import subprocess
import sys

import pytest

from monitor.embedded import services
from monitor.embedded.errors import EmbeddedError
from monitor.embedded.services import Service


class Clock:
    """A monotonic clock that moves by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """The time it shows."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of services."""
    hand = Clock()
    monkeypatch.setattr(services, "time", hand)
    return hand


def refuse() -> "subprocess.Popen[bytes]":
    """A launch that cannot succeed."""
    raise EmbeddedError("there is no database")


def leave(code: int) -> "subprocess.Popen[bytes]":
    """A child that ends at once, and has ended when this returns."""
    process = subprocess.Popen([sys.executable, "-c", f"raise SystemExit({code})"], start_new_session=True)
    process.wait()
    return process


def test_it_waits_longer_after_each_failure(clock: Clock) -> None:
    said: list[str] = []
    service = Service(name="web", launch=refuse, say=said.append)
    delays = []
    for _ in range(7):
        service.tend()
        delays.append(service.due_at - clock.now)
        clock.now = service.due_at
    assert delays == [1, 2, 4, 8, 16, 30, 30]
    assert said[0] == "web cannot start (there is no database); it is started again in 1 s."


def test_it_does_not_start_before_its_time(clock: Clock) -> None:
    launched: list[float] = []

    def launch() -> "subprocess.Popen[bytes]":
        launched.append(clock.now)
        return leave(0)

    service = Service(name="web", launch=launch, say=lambda _: None)
    for _ in range(20):
        service.tend()
        clock.now += 0.5
    assert launched == [1000.0, 1001.5, 1004.0, 1008.5]


def test_it_forgives_after_a_healthy_life(clock: Clock) -> None:
    said: list[str] = []
    service = Service(name="web", launch=lambda: leave(3), say=said.append)
    for life in (0.0, 0.0, 61.0):
        clock.now = max(clock.now, service.due_at)
        service.tend()
        clock.now += life
        service.tend()
    assert [line.removeprefix("web ended with code 3; it is started again in ") for line in said] == [
        "1 s.",
        "2 s.",
        "1 s.",
    ]
