"""Starting, recognising and ending processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

TETHER = Path(__file__).with_name("tether.py")
PROC = Path("/proc")
# Each child of `up` carries this variable, and so do its own children: by it they are found again.
MARK = "WHEREABOUTS_CHILD_OF"


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
        stderr=subprocess.STDOUT,
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


def marked(mark: str) -> list[int]:
    """Living processes started, directly or not, with this mark; never the calling process."""
    wanted = f"{MARK}={mark}".encode()
    return [pid for pid in all_pids() if pid != os.getpid() and wanted in _environ(pid) and is_alive(pid)]


def _environ(pid: int) -> list[bytes]:
    with suppress(OSError):
        return (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    return []


def end(pids: Sequence[int], grace: float) -> None:
    """SIGTERM, up to `grace` seconds, then SIGKILL; returns when all are gone."""
    for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        if wait_gone(pids, seconds):
            return


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
