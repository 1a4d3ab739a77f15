"""When a cluster of workers counts as silent."""

import os
from pathlib import Path

import pytest

from monitor.heartbeat import FINISHED, HANDED, POLLED, VARIABLE, beat, reset, silence


@pytest.fixture
def signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of this process's signs."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    return tmp_path


def put(signs: Path, **times: float) -> None:
    """Signs given at these seconds."""
    for name, time in times.items():
        (signs / name).touch()
        os.utime(signs / name, (time, time))


def test_it_says_nothing_outside_a_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    beat(POLLED)
    assert list(tmp_path.iterdir()) == []


def test_it_does_not_mind_that_its_folder_is_gone(signs: Path) -> None:
    signs.rmdir()
    beat(POLLED)
    assert not signs.exists()


def test_it_leaves_a_sign(signs: Path) -> None:
    beat(POLLED)
    assert [path.name for path in signs.iterdir()] == [POLLED]


def test_it_keeps_the_time_of_the_first_task_that_is_owed(signs: Path) -> None:
    put(signs, handed=50.0)
    beat(HANDED)
    assert (signs / HANDED).stat().st_mtime == 50.0
    put(signs, finished=60.0)
    beat(HANDED)
    assert (signs / HANDED).stat().st_mtime > 60.0


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({}, 100.0),  # nothing since its birth
        ({POLLED: 190.0}, 10.0),  # idle
        ({POLLED: 199.0, HANDED: 120.0, FINISHED: 121.0}, 1.0),  # idle after work
        ({POLLED: 199.0, HANDED: 180.0, FINISHED: 150.0}, 20.0),  # at work
        ({POLLED: 199.0, HANDED: 105.0}, 95.0),  # took a task and never finished one
        ({POLLED: 110.0, HANDED: 150.0, FINISHED: 160.0}, 90.0),  # no longer asks
        ({POLLED: 300.0}, 0.0),  # the clock was set back
    ],
)
def test_it_counts_the_seconds_of_silence(signs: Path, times: dict[str, float], expected: float) -> None:
    put(signs, **times)
    assert silence(signs, started=100.0, now=200.0) == pytest.approx(expected)


def test_a_new_cluster_owes_nothing_of_the_old_one(signs: Path) -> None:
    put(signs, polled=10.0, handed=20.0, finished=15.0)
    reset(signs)
    assert silence(signs, started=190.0, now=200.0) == pytest.approx(10.0)
