"""The processes of a running application by what they are, so that a test can kill one."""

import os
import signal
import time
from collections.abc import Callable, Mapping

from tests.system.proc import children_of, command_of, family_of, session_of
from tests.system.running import App, until

BACK_SECONDS = 90.0


def _service(parent: int, words: str) -> int:
    """The child whose command holds the words; 0 while it is being started again.

    It leads a session of its own; what a killed one left behind for a moment does not.
    """
    children = children_of(parent) if parent else []
    return next((pid for pid in children if words in command_of(pid) and session_of(pid) == pid), 0)


def _oldest_child(pid: int) -> int:
    return next(iter(children_of(pid)), 0) if pid else 0


def web(app: App) -> int:
    """The process that keeps the web's workers."""
    return _service(app.process.pid, "-m gunicorn")


def web_worker(app: App) -> int:
    """One that answers requests."""
    return _oldest_child(web(app))


def work(app: App) -> int:
    """The watcher over the cluster of workers."""
    return _service(app.process.pid, "manage.py work")


def cluster(app: App) -> int:
    """The cluster's own main process."""
    return _service(work(app), "manage.py cluster")


def cluster_worker(app: App) -> int:
    """A process two below it, which does the work."""
    return _oldest_child(_oldest_child(cluster(app)))


def simulator(app: App) -> int:
    """The provider simulator."""
    return _service(app.process.pid, "manage.py simulator")


def postmaster(app: App) -> int:
    """The database server's main process."""
    return _service(app.process.pid, "-c listen_addresses=")


VICTIMS: Mapping[str, Callable[[App], int]] = {
    "web worker": web_worker,
    "web": web,
    "simulator": simulator,
    "cluster worker": cluster_worker,
    "cluster": cluster,
    "work": work,
    "postmaster": postmaster,
}


def kill(app: App, name: str) -> None:
    """Kill it without warning, and wait until there is another in its place and the web answers."""
    find = VICTIMS[name]
    pid = _found(find, app)
    assert pid, f"there is no {name}:\n{app.said()}"
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: find(app) not in (0, pid), BACK_SECONDS), f"{name} is not back:\n{app.said()}"
    assert until(app.is_healthy, BACK_SECONDS), f"no health after {name}:\n{app.said()}"
    assert pid not in family_of(app.process.pid)


def _found(find: Callable[[App], int], app: App) -> int:
    """Once it is there, else 0; what was seen is returned, because killing 0 would kill ourselves."""
    pid = 0

    def is_there() -> bool:
        nonlocal pid
        pid = find(app)
        return pid != 0

    until(is_there, BACK_SECONDS)
    return pid


def stop_database(app: App, seconds: float) -> None:
    """The whole server stands still for a while: nobody gets an answer, and nobody an error."""
    family = family_of(postmaster(app))
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    for pid in family:
        os.kill(pid, signal.SIGCONT)
    assert until(app.is_healthy, BACK_SECONDS), f"no health after the database stood still:\n{app.said()}"
