"""Changing what is watched: another name or collection, a pause, the end."""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Case, F, Max, Sum, When
from django.db.models.functions import TruncMonth

from monitor.models import Collection, LedgerEntry, ProviderTask, Run, Search, WatchedImage
from monitor.pipeline import planning
from monitor.pipeline.watching import forget_files
from monitor.spending.ledger import OPEN_TASKS


@transaction.atomic
def change(image: WatchedImage, *, title: str, collection: Collection, at: datetime) -> None:
    """Another title or collection; in another collection the targets follow its markets."""
    Collection.objects.select_for_update(no_key=True).get(pk=collection.pk)
    known = WatchedImage.objects.select_for_update(no_key=True).get(pk=image.pk)
    is_moved = known.collection_id != collection.pk
    WatchedImage.objects.filter(pk=image.pk).update(title=title, collection=collection)
    if is_moved:
        planning.sync_targets(collection, at)


def set_paused(image: WatchedImage, *, is_paused: bool) -> None:
    """A paused image is left out of runs; what was found stays as it is."""
    state = WatchedImage.State.PAUSED if is_paused else WatchedImage.State.ACTIVE
    WatchedImage.objects.filter(pk=image.pk).update(state=state)


@transaction.atomic
def remove(image: WatchedImage) -> None:
    """Ends an image with all that was found; what its searches cost stays in the books."""
    locked = WatchedImage.objects.select_for_update().get(pk=image.pk)
    runs = _lock_searches(locked)
    _keep_costs(locked)
    locked.delete()
    Run.objects.filter(pk__in=runs, searches=None).delete()
    transaction.on_commit(partial(forget_files, locked))


def _lock_searches(image: WatchedImage) -> list[int]:
    """Waits for what is being told or asked, in the order of their own locks; ids of the image's runs."""
    runs = Run.objects.filter(pk__in=Search.objects.filter(watched_image=image).values("run")).order_by("pk")
    ids = [run.pk for run in runs.select_for_update()]
    tasks = ProviderTask.objects.filter(search__watched_image=image).order_by("pk")
    list(tasks.select_for_update(of=("self",)).values_list("pk"))
    list(Search.objects.filter(watched_image=image).order_by("pk").select_for_update().values_list("pk"))
    return ids


def _keep_costs(image: WatchedImage) -> None:
    """One entry for each month of the workspace, dated at its last call; later corrections stay as they are."""
    LedgerEntry.objects.filter(provider_task__search__watched_image=image).update(provider_task=None)
    zone = ZoneInfo(image.workspace.time_zone)
    tasks = ProviderTask.objects.filter(search__watched_image=image)
    amount = Sum(Case(When(state__in=OPEN_TASKS, then=F("reserved")), default=F("cost")))
    months = tasks.annotate(month=TruncMonth("posted_at", tzinfo=zone)).values("month")
    for month in months.annotate(amount=amount, last=Max("posted_at")).filter(amount__gt=0).order_by("month"):
        entry = LedgerEntry.objects.create(
            workspace=image.workspace,
            amount=month["amount"],
            reason=f"Searches of the deleted image “{image.title}”",
        )
        LedgerEntry.objects.filter(pk=entry.pk).update(created_at=month["last"])
