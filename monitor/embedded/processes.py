"""Starting, recognising and ending processes."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

TETHER = Path(__file__).with_name("tether.py")
PROC = Path("/proc")
# Each child of `up` carries this variable, and so do its own children: by it they are found again.
MARK = "WHEREABOUTS_CHILD_OF"
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, kw_only=True)
class User:
    """Whom a program runs as."""

    uid: int
    gid: int
    name: str


def spawn(
    argv: Sequence[str | Path],
    *,
    environ: Mapping[str, str],
    cwd: Path,
    output: IO[bytes],
    errors: IO[bytes] | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    user: User | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own; on Linux it gets `death_signal` when this process dies."""
    uid, gid = (str(user.uid), str(user.gid)) if user else ("-", "-")
    tether = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), str(int(death_signal)), uid, gid]
    return subprocess.Popen(
        [*tether, *map(str, argv)],
        env=dict(environ),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors or subprocess.STDOUT,
        start_new_session=True,
    )


def is_alive(pid: int) -> bool:
    """The process exists and is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return state(pid) != "Z"


def state(pid: int) -> str:
    """The kernel's letter for the process (R, S, Z, …), "" when unknown."""
    try:
        return (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""


def all_pids() -> Iterator[int]:
    """Every process of this machine; none where there is no /proc."""
    if PROC.is_dir():
        yield from (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())


def marked(start: str) -> list[int]:
    """Living processes started, directly or not, with a mark that starts so; never the calling process."""
    wanted = b"\0" + os.fsencode(f"{MARK}={start}")
    return [pid for pid in all_pids() if pid != os.getpid() and wanted in _environ(pid) and is_alive(pid)]


def _environ(pid: int) -> bytes:
    with suppress(OSError):
        return b"\0" + (PROC / str(pid) / "environ").read_bytes()
    return b""


def end(pids: Sequence[int], grace: float) -> None:
    """SIGTERM, up to `grace` seconds, then SIGKILL; returns when all are gone."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    if not wait_gone(pids, grace):
        kill_all(pids)


def kill_all(pids: Sequence[int]) -> None:
    """SIGKILL, and wait until they are gone."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_gone(pids, 5.0)


def kill_group(pid: int) -> None:
    """SIGKILL to whatever is left of the process group that `pid` led."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def wait_gone(pids: Sequence[int], seconds: float) -> bool:
    """True as soon as none of the processes is alive."""
    deadline = time.monotonic() + seconds
    while any(is_alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def adopt_orphans() -> None:
    """Make this process the parent of descendants whose own parent died, as far as the system can (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_adopted(own: Collection[int]) -> None:
    """Take notice of the end of adopted children, so that no zombies stay; `own` ones are left alone."""
    while sys.platform == "linux":
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or ended.si_pid in own:
            return
        os.waitpid(ended.si_pid, 0)
