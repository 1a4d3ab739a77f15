"""Letting go of what is kept for a time only, in small batches: nothing else waits long, and a kill loses nothing.

Bodies of answers are kept for 90 days; as long a new match may still be told when a copy is seen there. A deleted
workspace can be brought back for 30 days; then its rows and files go, those of its searches first. A demo goes at
once, with its invented people and what the simulator left.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Workspace
from monitor import heartbeat, queue
from monitor.models import Payload, Picture, RateBucket, ResultItem, Untold, WorkerNode
from monitor.pipeline.engines import limits
from monitor.pipeline.pruning.vacating import BATCH, in_batches, remove_workspace
from monitor.pipeline.verifying import hosts

PAYLOADS_KEPT = timedelta(days=90)
WORKSPACES_KEPT = timedelta(days=30)
UNTOLD_KEPT = timedelta(days=90)
WORK_KEPT = timedelta(days=30)
DAILY, SLICE_SECONDS = "prune", 15.0

IsLate = Callable[[], bool]


@dataclass(frozen=True, kw_only=True)
class Pruned:
    """How many rows of what were removed; not `is_done` when there was no time for more."""

    removed: Mapping[str, int]
    is_done: bool


def prune_due(at: datetime) -> None:
    """Once a day over all machines; what a slice has no time for goes on in the next minute."""
    if not limits.take(DAILY, per_minute=1 / (24 * 60)):
        return
    end = time.monotonic() + SLICE_SECONDS
    is_done = False
    try:
        is_done = prune(at, lambda: time.monotonic() >= end or heartbeat.is_stopping()).is_done
    finally:
        if not is_done:
            hurry()


def hurry() -> None:
    """Lets the next minute look again, whenever the last time was."""
    RateBucket.objects.filter(name=DAILY).delete()


def prune(at: datetime, is_late: IsLate = lambda: False) -> Pruned:
    """Removes all whose time is over, batch by batch until it is late."""
    removed: Counter[str] = Counter()
    for name, part in PARTS.items():
        for n in part(at):
            removed[name] += n
            if is_late():
                return Pruned(removed=removed, is_done=False)
    return Pruned(removed=removed, is_done=True)


def _payloads(at: datetime) -> Iterator[int]:
    yield from in_batches(Payload.objects.filter(received_at__lt=at - PAYLOADS_KEPT))


def _workspaces(at: datetime) -> Iterator[int]:
    is_over = Q(deleted_at__lt=at - WORKSPACES_KEPT) | Q(deleted_at__lte=at, is_demo=True)
    for workspace in Workspace.objects.filter(is_over).order_by("pk"):
        yield from remove_workspace(workspace)


def _pictures(at: datetime) -> Iterator[int]:
    """Those that no result shows any more; several of them may share a file."""
    unused = Picture.objects.filter(~Exists(ResultItem.objects.filter(picture=OuterRef("pk"))))
    last = 0
    while ids := list(unused.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = ids[-1]
        yield _remove_pictures(unused, ids)


def _remove_pictures(unused: QuerySet[Picture], ids: Sequence[int]) -> int:
    """Looks again under the lock: an answer may have come that shows one of them."""
    with transaction.atomic():
        locked = Picture.objects.filter(pk__in=ids).order_by("pk").select_for_update(skip_locked=True)
        still = unused.filter(pk__in=list(locked.values_list("pk", flat=True)))
        names = {picture.file.name or "" for picture in still} - {""}
        n = still.delete()[1].get(Picture._meta.label, 0)
    shared = set(Picture.objects.filter(file__in=names).values_list("file", flat=True))
    for name in names - shared:
        default_storage.delete(name)
    return n


def _hosts(at: datetime) -> Iterator[int]:
    yield from hosts.forget()


def _untold(at: datetime) -> Iterator[int]:
    yield from in_batches(Untold.objects.filter(run__told_at__lt=at - UNTOLD_KEPT))


def _workers(at: datetime) -> Iterator[int]:
    yield from in_batches(WorkerNode.objects.filter(seen_at__lt=at - WORK_KEPT))


def _failures(at: datetime) -> Iterator[int]:
    yield queue.forget(at - WORK_KEPT)


def _sessions(at: datetime) -> Iterator[int]:
    """Of people who have not come back in time."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    yield 0


PARTS: Mapping[str, Callable[[datetime], Iterator[int]]] = {
    "kept answers": _payloads,
    "deleted workspaces": _workspaces,
    "found pictures": _pictures,
    "hosts of pictures": _hosts,
    "matches never told": _untold,
    "workers": _workers,
    "failed queue tasks": _failures,
    "sessions": _sessions,
}
