"""Looking rests so that its share of the machine holds."""

import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django import Settings

from monitor import heartbeat
from monitor.pipeline.verifying import Pace, pacing


@dataclass
class Clock:
    """Time that passes only when something computes or rests."""

    time: float = 0.0
    cpu: float = 0.0
    rested: float = 0.0
    naps: int = 0

    def compute(self, seconds: float) -> float:
        self.time += seconds
        self.cpu += seconds
        return seconds

    def wait(self, seconds: float) -> None:
        self.time += seconds

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.rested += seconds
        self.naps += 1

    def pace(self, share: float, at_once: int = 1) -> Pace:
        return Pace(
            at_once=at_once, share=share, now=lambda: self.time, spent=lambda: self.cpu, sleep=self.sleep
        )


@pytest.mark.parametrize("share", [0.05, 0.25, 0.5, 1.0])
def test_the_share_holds(share: float) -> None:
    clock = Clock()
    pace = clock.pace(share)
    for _ in range(5):
        assert pace.map(clock.compute, [0.125, 0.25]) == [0.125, 0.25]
    assert clock.cpu / clock.time == pytest.approx(share)
    assert pace.cpu == pytest.approx(5 * 0.375)


def test_what_waits_anyway_needs_less_rest() -> None:
    clock = Clock()

    def work(seconds: float) -> None:
        clock.compute(seconds)
        clock.wait(seconds / 2)

    clock.pace(0.5).map(work, [1.0])
    assert clock.rested == pytest.approx(0.5)


def test_two_at_once_take_two_shares() -> None:
    clock = Clock()
    clock.pace(0.5, at_once=2).map(lambda _: None, [1, 2])
    assert clock.rested == 0
    # In turn here, so that the clock is sure: as if each of two threads had computed for a second.
    pace = clock.pace(0.5, at_once=2)
    pace._rest(2.0 / 0.5 / 2 - 1.0)
    assert clock.rested == pytest.approx(1.0)


def test_rests_are_short_naps_and_end_when_the_cluster_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    clock.pace(0.1).map(clock.compute, [1.0])
    assert clock.naps == 9
    monkeypatch.setenv(heartbeat.VARIABLE, str(tmp_path))
    (tmp_path / heartbeat.STOPPING).touch()
    clock.pace(0.1).map(clock.compute, [1.0])
    assert clock.naps == 9


@pytest.mark.skipif(sys.platform != "linux", reason="only there a thread has a priority of its own")
def test_only_what_computes_gives_way_to_others() -> None:
    def niceness(_: int) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = niceness(0)
    [within] = Pace(at_once=1, share=1.0).map(niceness, [0])
    assert within == max(before, pacing.NICENESS)
    assert niceness(0) == before


def test_the_installation_sets_it(settings: Settings) -> None:
    settings.VERIFY_AT_ONCE, settings.VERIFY_SHARE = 3, 25
    pace = pacing.usual_pace()
    assert (pace.at_once, pace.share) == (3, 0.25)


def test_the_outcomes_keep_their_order_when_several_are_computed_at_once() -> None:
    pace = Pace(at_once=4, share=1.0)
    assert pace.map(lambda number: number * 2, range(20)) == [number * 2 for number in range(20)]
