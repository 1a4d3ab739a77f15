"""From cadences and markets to runs and searches; nothing is asked or paid here."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from accounts.models import User
from monitor import cadence
from monitor.models import (
    OPEN_STATES,
    Collection,
    Market,
    Run,
    Search,
    SearchTarget,
    WatchedImage,
)
from monitor.pipeline import engines
from monitor.pipeline.replacing import hurry_held, replace_held
from monitor.pipeline.unwatching import mark_unwatched

MISSED_SLOTS_KEPT = 50
MAX_SLOTS = 10_000  # more than a year of hours
STILL_OPEN = "The search before it was still under way."
MISSED = "Whereabouts was not running at this time."

log = logging.getLogger(__name__)


@transaction.atomic
def plan_due(at: datetime) -> int:
    """Makes the runs of all collections whose slot has come; returns how many collections were planned."""
    due = Collection.objects.due().select_related("workspace")
    locked = due.select_for_update(of=("self",), skip_locked=True, no_key=True)
    collections = list(locked[:100])
    for collection in collections:
        try:
            plan_collection(collection, at)
        except Exception:  # one that cannot be planned must not stop all others
            log.exception("Collection %s could not be planned.", collection.pk)
    return len(collections)


@transaction.atomic
def plan_collection(collection: Collection, at: datetime) -> Run | None:
    """Plans the latest slot up to `at`; earlier missed ones are recorded as skipped, unpaid. Moves the next one."""
    slots = _slots_up_to(collection, at)
    for missed in slots[:-1]:
        create_run(collection, trigger=Run.Trigger.SCHEDULE, scheduled_for=missed, skip_because=MISSED)
    run = create_run(collection, trigger=Run.Trigger.SCHEDULE, scheduled_for=slots[-1]) if slots else None
    if slots:
        collection.last_slot_at = slots[-1]
    schedule_next(collection, at)
    return run


def schedule_next(collection: Collection, at: datetime) -> None:
    """Sets and saves the moment of the next slot, spread over an hour so that collections do not start together."""
    slot = cadence.next_slot(collection.cadence, _zone(collection), collection.last_slot_at or at)
    slot = max(slot, cadence.next_slot(collection.cadence, _zone(collection), at - _spread(collection)))
    collection.next_run_at = slot + _spread(collection)
    collection.save(update_fields=["next_run_at", "last_slot_at"])


def _slots_up_to(collection: Collection, at: datetime) -> list[datetime]:
    after = collection.last_slot_at or (collection.next_run_at or at) - _spread(collection) - timedelta(
        seconds=1
    )
    until = at - _spread(collection)
    latest = cadence.latest_slot(collection.cadence, _zone(collection), after, until)
    if latest is None:
        return []
    slots = cadence.slots_between(collection.cadence, _zone(collection), after, latest, MAX_SLOTS)
    return [*[slot for slot in slots if slot < latest][-MISSED_SLOTS_KEPT:], latest]


def _zone(collection: Collection) -> ZoneInfo:
    return ZoneInfo(collection.workspace.time_zone)


def _spread(collection: Collection) -> timedelta:
    return timedelta(minutes=cadence.spread_minutes(collection.pk))


@transaction.atomic
def run_now(image: WatchedImage, user: User | None, at: datetime) -> Run | None:
    """Asks every engine about an image at once; a search already under way is hurried instead of asked twice.

    Returns the run to watch, or None when the collection looks nowhere.
    """
    Collection.objects.select_for_update(no_key=True).get(pk=image.collection_id)
    WatchedImage.objects.select_for_update(no_key=True).get(pk=image.pk)
    open_searches = Search.objects.filter(watched_image=image).open()
    running = list(open_searches.select_related("run", "target", "watched_image__workspace").order_by("-id"))
    if running:
        open_searches.update(priority=Search.Priority.HIGH)
        hurry_held(running, at)
        open_searches.filter(state=Search.State.PLANNED).hurry()
        return running[0].run
    return create_run(
        image.collection, trigger=Run.Trigger.MANUAL, scheduled_for=at, by=user, only=[image],
        priority=Search.Priority.HIGH,
    )  # fmt: skip


@transaction.atomic
def create_run(
    collection: Collection,
    *,
    trigger: Run.Trigger,
    scheduled_for: datetime,
    by: User | None = None,
    only: Sequence[WatchedImage] | None = None,
    targets: Sequence[int] | None = None,
    priority: Search.Priority = Search.Priority.NORMAL,
    skip_because: str = "",
) -> Run | None:
    """A run with a search for each active target (of `only` these images, or of these `targets` by their ids).

    None when there is nothing to ask, or when the slot is already planned: that one is left as it is. With
    `skip_because` all its searches end as skipped.
    """
    Collection.objects.select_for_update(no_key=True).get(pk=collection.pk)
    slot_taken = Run.objects.filter(
        collection=collection, scheduled_for=scheduled_for, trigger=Run.Trigger.SCHEDULE
    )
    asked = list(_active_targets(collection, only, targets))
    if not asked or (trigger == Run.Trigger.SCHEDULE and slot_taken.exists()):
        return None
    if not skip_because and any(target.has_held for target in asked):  # type: ignore[attr-defined]  # annotated
        replace_held([target.pk for target in asked], scheduled_for)
        asked = list(_active_targets(collection, only, targets))
    number = (collection.runs.aggregate(last=Max("number"))["last"] or 0) + 1
    run = Run.objects.create(
        collection=collection, number=number, trigger=trigger, scheduled_for=scheduled_for, requested_by=by
    )
    Search.objects.bulk_create(
        [_search(run, target, priority, skip_because) for target in asked], batch_size=500
    )
    return run


def _active_targets(
    collection: Collection, only: Sequence[WatchedImage] | None, targets: Sequence[int] | None
) -> Iterable[SearchTarget]:
    searches = Search.objects.filter(target=OuterRef("pk"))
    active = SearchTarget.objects.filter(
        is_active=True,
        watched_image__collection=collection,
        watched_image__state=WatchedImage.State.ACTIVE,
    )
    if only is not None:
        active = active.filter(watched_image__in=only)
    if targets is not None:
        active = active.filter(pk__in=targets)
    return (
        active.select_related("watched_image__workspace")
        .annotate(
            last_seq=Max("searches__seq"),
            has_open=Exists(searches.filter(state__in=OPEN_STATES)),
            has_held=Exists(searches.filter(state=Search.State.HELD)),
            has_complete=Exists(searches.filter(state=Search.State.DONE)),
        )
        .order_by("pk")
    )


def _search(run: Run, target: SearchTarget, priority: Search.Priority, skip_because: str) -> Search:
    reason = skip_because or _reason_to_skip(target)
    return Search(
        run=run,
        target=target,
        watched_image=target.watched_image,
        seq=(target.last_seq or 0) + 1,  # type: ignore[attr-defined]  # annotated by _active_targets
        priority=target.settings.get("priority", priority),  # a market may always want the high one
        is_baseline=not target.has_complete,  # type: ignore[attr-defined]  # annotated too
        state=Search.State.SKIPPED if reason else Search.State.PLANNED,
        ended_at=run.scheduled_for if reason else None,
        error=reason,
    )


def _reason_to_skip(target: SearchTarget) -> str:
    if target.has_open:  # type: ignore[attr-defined]  # annotated by _active_targets
        return STILL_OPEN
    if not engines.is_set_up(target.watched_image.workspace, target.provider):
        return engines.NOT_SET_UP.format(engine=target.get_provider_display())
    return ""


@transaction.atomic
def sync_targets(collection: Collection, at: datetime) -> None:
    """Makes the targets follow the markets: missing ones appear, surplus ones rest, known ones wake.

    Locks the collection and its images (in this order everywhere), so that no answer is written meanwhile.
    """
    Collection.objects.select_for_update(no_key=True).get(pk=collection.pk)
    markets = {(m.provider, m.settings_hash): m for m in Market.objects.filter(collection=collection)}
    of_collection = WatchedImage.objects.filter(collection=collection).order_by("pk")
    images = list(of_collection.select_for_update(no_key=True))
    targets = list(SearchTarget.objects.filter(watched_image__in=images))
    wanted = [(t, (t.provider, t.settings_hash) in markets) for t in targets]
    _set_active([t.pk for t, active in wanted if active], is_active=True)
    _set_active([t.pk for t, active in wanted if not active], is_active=False)
    known = {(t.watched_image_id, t.provider, t.settings_hash) for t in targets}
    missing = [
        SearchTarget(watched_image=image, provider=m.provider, settings=m.settings, settings_hash=key[1])
        for image in images
        for key, m in markets.items()
        if (image.pk, *key) not in known
    ]
    SearchTarget.objects.bulk_create(missing, ignore_conflicts=True)
    mark_unwatched(images, at)


def _set_active(ids: Sequence[int], *, is_active: bool) -> None:
    SearchTarget.objects.filter(pk__in=ids).exclude(is_active=is_active).update(is_active=is_active)
