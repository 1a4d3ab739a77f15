"""Supervision, with real processes and real signals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.embedded.processes import PROC, is_alive, kill_all, marked, state
from monitor.embedded.supervisor import Stopped, Supervisor
from monitor.env.reading import CHECKOUT

pytestmark = pytest.mark.skipif(not PROC.is_dir(), reason="needs /proc to see processes")


class Family:
    """The running test family."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        argv = [sys.executable, "-m", "tests.embedded.family", "supervise", str(folder), str(folder)]
        self.process = subprocess.Popen(argv, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
        self.mark = str(folder)

    def pid(self, name: str, other_than: int = 0) -> int:
        """The process number of a member, once it has (another) one."""
        path = self.folder / name
        wait_until(lambda: path.exists() and int(path.read_text() or 0) not in (0, other_than))
        return int(path.read_text())

    def members(self) -> list[int]:
        """Everybody but the supervisor."""
        return marked(self.mark)


def wait_until(is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    """Fail when it does not become so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    """Started; nobody survives the test."""
    running = Family(tmp_path)
    running.pid("supervisor")
    running.pid("parent")
    running.pid("plain")
    yield running
    running.process.kill()
    running.process.communicate()
    kill_all(marked(running.mark))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_without_a_trace(family: Family, number: signal.Signals) -> None:
    stubborn = family.pid("child")
    assert is_alive(stubborn)
    family.process.send_signal(number)
    family.process.communicate(timeout=15)
    assert family.process.returncode == 0
    assert family.members() == []
    assert not is_alive(stubborn)


@pytest.mark.parametrize("name", ["parent", "plain"])
def test_it_starts_a_killed_child_again(family: Family, name: str) -> None:
    before = family.pid(name)
    os.kill(before, signal.SIGKILL)
    assert is_alive(family.pid(name, other_than=before))
    family.process.send_signal(signal.SIGINT)
    said, _ = family.process.communicate(timeout=15)
    assert f"{name} was ended by signal 9; it is started again in 1 s." in said


def test_it_starts_a_child_again_that_ended_well(family: Family) -> None:
    before = family.pid("plain")
    (family.folder / "end-plain").touch()
    assert is_alive(family.pid("plain", other_than=before))


def test_it_ends_what_a_killed_child_leaves_outside_its_group(family: Family) -> None:
    orphan = family.pid("child")
    os.kill(family.pid("parent"), signal.SIGKILL)
    family.pid("child", other_than=orphan)
    # Not even a zombie: the supervisor adopted it and took notice of its end.
    wait_until(lambda: state(orphan) == "")


def test_its_children_end_when_it_is_killed(family: Family) -> None:
    pids = [family.pid("parent"), family.pid("plain")]
    family.process.kill()
    family.process.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in pids))


def test_it_runs_an_errand_to_its_end() -> None:
    def errand(code: str) -> Callable[[], "subprocess.Popen[bytes]"]:
        return lambda: subprocess.Popen([sys.executable, "-c", code], start_new_session=True)

    supervisor = Supervisor()
    assert supervisor.run(errand("raise SystemExit(7)"), 20.0) == 7
    assert supervisor.run(errand("import time; time.sleep(600)"), 0.0) is None


def test_it_breaks_a_wait_off_when_asked_to_stop() -> None:
    supervisor = Supervisor()
    supervisor.stop_requests = 1
    with pytest.raises(Stopped):
        supervisor.wait_for(lambda: False, 600.0)
