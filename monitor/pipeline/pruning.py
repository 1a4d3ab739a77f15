"""Letting go of what is kept for a time only, in small batches: nothing else waits long, and a kill loses nothing.

Bodies of answers are kept for 90 days. A deleted workspace can be brought back for 30 days; then its rows and files
go, those of its searches first. Of a demo workspace its invented people go as well.
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
from django.db.models import Exists, Model, OuterRef, QuerySet

from accounts.models import User, Workspace
from monitor import heartbeat, queue
from monitor.models import (
    Alert,
    AlertItem,
    Delivery,
    LedgerEntry,
    Match,
    Payload,
    Picture,
    ProviderTask,
    RateBucket,
    ResultItem,
    Run,
    Search,
    SearchTarget,
    WatchedImage,
    WorkerNode,
)
from monitor.pipeline import limits

PAYLOADS_KEPT = timedelta(days=90)
WORKSPACES_KEPT = timedelta(days=30)
WORK_KEPT = timedelta(days=30)
BATCH = 500
DAILY, SLICE_SECONDS = "prune", 15.0
DEMO_ADDRESSES = "@example.com"  # reserved: nobody real has one

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
    if not prune(at, lambda: time.monotonic() >= end or heartbeat.is_stopping()).is_done:
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
    yield from _in_batches(Payload.objects.filter(received_at__lt=at - PAYLOADS_KEPT))


def _workspaces(at: datetime) -> Iterator[int]:
    """Whole workspaces; their many rows are removed beforehand, so that the last step is a small one."""
    for workspace in Workspace.objects.filter(deleted_at__lt=at - WORKSPACES_KEPT).order_by("pk"):
        for rows in _rows_of(workspace):
            yield from (0 for _ in _in_batches(rows))
        yield from (0 for _ in _images(workspace))
        _remove(workspace)
        yield 1


def _rows_of(workspace: Workspace) -> Sequence[QuerySet[Model]]:
    """What there is many of, children before parents."""
    tasks = ProviderTask.objects.filter(workspace=workspace)
    rows: tuple[QuerySet[Model], ...] = (
        Payload.objects.filter(provider_task__in=tasks),
        LedgerEntry.objects.filter(workspace=workspace),
        tasks,
        Search.objects.filter(watched_image__workspace=workspace),
        AlertItem.objects.filter(alert__workspace=workspace),
        Delivery.objects.filter(alert__workspace=workspace),
        Alert.objects.filter(workspace=workspace),
        ResultItem.objects.filter(match__workspace=workspace),
        Match.objects.filter(workspace=workspace),
        SearchTarget.objects.filter(watched_image__workspace=workspace),
        Run.objects.filter(collection__workspace=workspace),
    )
    return rows


def _images(workspace: Workspace) -> Iterator[int]:
    """Files first: what a kill leaves is found again by its row."""
    for image in WatchedImage.objects.filter(workspace=workspace).order_by("pk"):
        for name in (image.file.name, image.thumbnail.name):
            default_storage.delete(name or "")
        image.delete()
        yield 1


@transaction.atomic
def _remove(workspace: Workspace) -> None:
    if workspace.is_demo:
        invented = User.objects.filter(workspaces=workspace, email__endswith=DEMO_ADDRESSES)
        ids = list(invented.values_list("pk", flat=True))
        elsewhere = Workspace.objects.exclude(pk=workspace.pk).filter(members__in=ids)
        stay = set(elsewhere.values_list("members", flat=True))
        User.objects.filter(pk__in=set(ids) - stay).delete()
    workspace.delete()


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


def _workers(at: datetime) -> Iterator[int]:
    yield from _in_batches(WorkerNode.objects.filter(seen_at__lt=at - WORK_KEPT))


def _failures(at: datetime) -> Iterator[int]:
    yield queue.forget(at - WORK_KEPT)


def _sessions(at: datetime) -> Iterator[int]:
    """Of people who have not come back in time."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    yield 0


def _in_batches(rows: QuerySet[Model]) -> Iterator[int]:
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=ids).delete()
        yield len(ids)


PARTS: Mapping[str, Callable[[datetime], Iterator[int]]] = {
    "kept answers": _payloads,
    "deleted workspaces": _workspaces,
    "found pictures": _pictures,
    "workers": _workers,
    "failed queue tasks": _failures,
    "sessions": _sessions,
}
