"""Which processes there are, read from /proc; a process that ends while we look is no error."""

import os
from contextlib import suppress
from pathlib import Path

from monitor.embedded.processes import PROC, all_pids, is_alive


def parent_of(pid: int) -> int:
    """0 when the process is gone."""
    with suppress(OSError):
        return int((PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
    return 0


def session_of(pid: int) -> int:
    """0 when the process is gone."""
    with suppress(ProcessLookupError):
        return os.getsid(pid)
    return 0


def command_of(pid: int) -> str:
    """The command line with single spaces, "" when the process is gone."""
    with suppress(OSError):
        return (
            (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        )
    return ""


def children_of(pid: int) -> list[int]:
    """Living direct children, oldest first."""
    return sorted(child for child in all_pids() if parent_of(child) == pid and is_alive(child))


def family_of(pid: int) -> list[int]:
    """A process and everybody below it."""
    return [pid, *(member for child in children_of(pid) for member in family_of(child))]


def users_of(folder: Path) -> list[int]:
    """Living processes that name the folder in their command or environment, or work inside it."""
    return [pid for pid in all_pids() if is_alive(pid) and _uses(pid, folder)]


def _uses(pid: int, folder: Path) -> bool:
    place = PROC / str(pid)
    with suppress(OSError):
        if str(folder).encode() in (place / "cmdline").read_bytes() + (place / "environ").read_bytes():
            return True
    with suppress(OSError):
        return (place / "cwd").resolve().is_relative_to(folder)
    return False
