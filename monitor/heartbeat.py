"""Signs of life of one cluster of workers, as the times of three small files.

The cluster's processes beat; `manage.py work`, which started it, listens. A row in the database cannot do
that: with several clusters on one queue an idle one is healthy although no task of its own tells so.

POLLED      the pusher asked the queue for work (a few times a second)
HANDED      the pusher took a task from the queue, the first one since a task was finished
FINISHED    a task went all the way through worker and monitor
STOPPING    set by the watcher: long tasks end at their next nap
"""

import os
from contextlib import suppress
from pathlib import Path

VARIABLE = "WORKER_HEARTBEAT"
POLLED, HANDED, FINISHED, STOPPING = "polled", "handed", "finished", "stopping"


def beat(sign: str) -> None:
    """Note that `sign` happened now; nothing happens outside a cluster started by `manage.py work`."""
    folder = Path(os.environ.get(VARIABLE, ""))
    if not folder.name or (sign == HANDED and _is_owed(folder)):
        return
    with suppress(FileNotFoundError):  # the folder goes when the cluster is stopped
        (folder / sign).touch()


def reset(folder: Path) -> None:
    """Forget the signs of an earlier cluster."""
    for sign in (POLLED, HANDED, FINISHED, STOPPING):
        (folder / sign).unlink(missing_ok=True)


def is_stopping() -> bool:
    """Whether the watcher has asked this cluster to end."""
    folder = Path(os.environ.get(VARIABLE, ""))
    return bool(folder.name) and (folder / STOPPING).exists()


def silence(folder: Path, started: float, now: float) -> float:
    """For how many seconds the cluster, born at `started`, has owed a sign; times in seconds since the epoch.

    It owes a poll at any time, and a finished task once it has taken one.
    """
    since = max(started, _time(folder / POLLED))
    if _is_owed(folder):
        since = min(since, _time(folder / HANDED))
    return max(0.0, now - since)


def _is_owed(folder: Path) -> bool:
    return _time(folder / HANDED) > _time(folder / FINISHED)


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
