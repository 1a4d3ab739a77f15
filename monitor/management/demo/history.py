"""A past for the demo: each slot is run through the real pipeline while the simulator's clock is set back to it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from monitor import cadence
from monitor.management.demo import brand
from monitor.models import Collection, Run, Search
from monitor.pipeline import planning, pump
from monitor.simulator.control import Control

WORK_TAKES = timedelta(seconds=41)
MAX_STEPS = 60
BAD_SLOT = 15
BAD_CALLS = 60
# Yandex's own code for data loss: each search ends there, and no circuit opens as it would for an outage.
YANDEX_LOSES = [{"match": {"path": "/v2/image/search_by_image"}, "do": "wrapped 15", "times": BAD_CALLS}]


class NotFinished(Exception):
    """A search of the past did not come to an end; the demo is not usable."""


def past_slots(now: datetime, count: int = brand.SLOTS) -> list[datetime]:
    """The last `count` slots of the demo's cadence, oldest first."""
    zone = ZoneInfo(brand.TIME_ZONE)
    slots = cadence.slots_between(brand.CADENCE, zone, now - timedelta(days=4 * count + 14), now, 10_000)
    return slots[-count:]


def run_past(collections: Sequence[Collection], slots: Sequence[datetime], control: Control) -> None:
    """Runs every slot; mails are written for the last one only, as if the others had been told long ago."""
    for number, slot in enumerate(slots):
        control.set_clock(slot)
        control.set_faults(YANDEX_LOSES if number == BAD_SLOT else [])
        runs = [_run(collection, slot) for collection in collections]
        _finish(runs, slot, control)
        if slot != slots[-1]:
            Run.objects.filter(pk__in=[run.pk for run in runs]).update(told_at=slot + WORK_TAKES)
    control.set_faults([])
    control.set_clock(None)


def _run(collection: Collection, slot: datetime) -> Run:
    run = planning.create_run(collection, trigger=Run.Trigger.SCHEDULE, scheduled_for=slot)
    if run is None:
        raise NotFinished(f"Nothing was planned for {collection} at {slot:%d %b %Y %H:%M}.")
    collection.last_slot_at = slot
    planning.schedule_next(collection, timezone.now())
    return run


def _finish(runs: Sequence[Run], slot: datetime, control: Control) -> None:
    """Drives the hops until every search has ended; waits are skipped by moving the simulated clock."""
    searches = Search.objects.filter(run__in=runs)
    for moment in (slot + timedelta(seconds=2), *[slot + WORK_TAKES] * MAX_STEPS):
        searches.hurry()
        pump.step(moment, only_runs=[run.pk for run in runs])
        if not searches.open().exists():
            return
        control.advance(30)
    raise NotFinished(f"The searches of {slot:%d %b %Y %H:%M} did not end.")
