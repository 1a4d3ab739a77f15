"""Become another program that ends when its parent does, as another user when asked.

Run as a script, by path, so that nothing of the project is imported: PARENT SIGNAL UID GID PROGRAM ARGUMENT…
where "-" means "stay this user". A preexec function would do the same, but is unsafe beside threads.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, signal: int, uid: str, gid: str, program: list[str]) -> None:
    """Drop the rights first: a change of user clears the parent-death signal."""
    if uid != "-":
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent is gone")
    os.execv(program[0], program)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5:])
