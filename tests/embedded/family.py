"""A small `up` for the tests: two services that do nothing, one with a child outside its group.

Run as a script with the mark and a folder; each service writes its process number there.
"""

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from monitor.embedded.processes import MARK, spawn
from monitor.embedded.services import Service
from monitor.embedded.supervisor import Supervisor

STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
SLEEP = "import time; time.sleep(600)"


def note(folder: Path, name: str) -> None:
    """Write this process's number down, whole or not at all."""
    draft = folder / f".{name}-{os.getpid()}"
    draft.write_text(str(os.getpid()))
    draft.replace(folder / name)


def parent(folder: Path) -> None:
    """A service whose child left its group and ignores SIGTERM."""
    child = subprocess.Popen([sys.executable, "-c", f"{STUBBORN}; {SLEEP}"], start_new_session=True)
    (folder / "child").write_text(str(child.pid))
    note(folder, "parent")
    time.sleep(600)


def plain(folder: Path) -> None:
    """A service that ends itself with code 0 when a file asks for it."""
    note(folder, "plain")
    while not (folder / "end-plain").exists():
        time.sleep(0.05)
    (folder / "end-plain").unlink()


def say(line: str) -> None:
    """As the command does."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def supervise(mark: str, folder: Path) -> None:
    """Keep both running until asked to stop."""
    supervisor = Supervisor()
    supervisor.listen()
    for name in ("parent", "plain"):
        supervisor.add(
            Service(
                name=name,
                launch=partial(launch, name, mark, folder),
                say=say,
                mark=f"{mark}#{name}",
                stage=1 if name == "parent" else 0,
            )
        )
    note(folder, "supervisor")
    supervisor.forever()
    supervisor.stop(grace=2.0)


def launch(name: str, mark: str, folder: Path) -> "subprocess.Popen[bytes]":
    """Start one service of this file."""
    with (folder / f"{name}.log").open("ab") as log:
        environ = dict(os.environ) | {MARK: f"{mark}#{name}"}
        argv = [sys.executable, "-m", "tests.embedded.family", name, mark, str(folder)]
        return spawn(argv, environ=environ, cwd=Path.cwd(), output=log)


if __name__ == "__main__":
    role, its_mark, its_folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    if role == "supervise":
        supervise(its_mark, its_folder)
    else:
        {"parent": parent, "plain": plain}[role](its_folder)
