"""The watch over a cluster of workers."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from monitor import heartbeat
from monitor.embedded.services import Service
from monitor.management import watching
from monitor.management.watching import SIGNS, Watch, make_signs_folder, no_tick_anywhere
from monitor.models import WorkerNode

# The watch closes its connection after each look.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cluster() -> Iterator[Service]:
    """A service whose process sleeps."""
    argv = [sys.executable, "-c", "import time; time.sleep(600)"]
    service = Service(
        name="cluster", launch=lambda: subprocess.Popen(argv, start_new_session=True), say=lambda _: None
    )
    service.tend()
    yield service
    service.kill()


@pytest.fixture
def watch(cluster: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """A watch that looks whenever it is asked to."""
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.0)
    return Watch(cluster, tmp_path, lambda _: None)


def looks(watch: Watch, times: int = watching.LOOKS_NEEDED) -> None:
    """Look several times in a row."""
    for _ in range(times):
        watch.look()


def make_old(service: Service, seconds: float) -> None:
    """As if the cluster had been started that long ago."""
    service.started_at = time.monotonic() - seconds


def test_it_lets_a_young_silent_cluster_live(watch: Watch, cluster: Service) -> None:
    make_old(cluster, 80)
    looks(watch)
    assert not cluster.has_ended()


def test_it_kills_a_cluster_that_stays_silent(watch: Watch, cluster: Service) -> None:
    make_old(cluster, watching.LONGEST_SILENCE + 10)
    looks(watch, watching.LOOKS_NEEDED - 1)
    assert not cluster.has_ended()
    watch.look()
    assert cluster.has_ended()


def test_one_sign_makes_it_start_counting_again(
    watch: Watch, cluster: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_old(cluster, watching.LONGEST_SILENCE + 10)
    looks(watch, watching.LOOKS_NEEDED - 1)
    (tmp_path / heartbeat.POLLED).touch()
    watch.look()
    (tmp_path / heartbeat.POLLED).unlink()
    looks(watch, watching.LOOKS_NEEDED - 1)
    assert not cluster.has_ended()


def test_it_kills_a_cluster_when_nobody_ticks_anywhere(
    watch: Watch, cluster: Service, tmp_path: Path
) -> None:
    make_old(cluster, 200)
    (tmp_path / heartbeat.POLLED).touch()
    WorkerNode.objects.create(name="here", pid=1, seen_at=timezone.now() - timedelta(seconds=300))
    looks(watch)
    assert cluster.has_ended()


def test_another_machine_s_tick_is_enough(watch: Watch, cluster: Service, tmp_path: Path) -> None:
    make_old(cluster, 200)
    (tmp_path / heartbeat.POLLED).touch()
    WorkerNode.objects.create(name="here", pid=1, seen_at=timezone.now() - timedelta(seconds=300))
    WorkerNode.objects.create(name="there", pid=1, seen_at=timezone.now() - timedelta(seconds=60))
    looks(watch)
    assert not cluster.has_ended()


def test_it_clears_the_signs_of_killed_watchers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for name in (f"{SIGNS}{ended.pid}-a", f"{SIGNS}{os.getpid()}-b", "another"):
        (tmp_path / name).mkdir()
    fresh = make_signs_folder()
    assert {path.name for path in tmp_path.iterdir()} == {f"{SIGNS}{os.getpid()}-b", "another", fresh.name}


def test_it_cannot_tell_before_anybody_ticked() -> None:
    assert not no_tick_anywhere()
