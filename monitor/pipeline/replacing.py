"""After a hold only the latest slot is asked: it takes the place of an older one, whose pages are kept."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from django.db.models import Exists, OuterRef

from monitor.models import ProviderTask, Search, WatchedImage
from monitor.pipeline import answers, ending, failing, ingesting
from monitor.pipeline.engines import Account, probing

REPLACED = "It was on hold until the next search was due. {reason}"
# The provider may still answer these.
AWAITED = (ProviderTask.State.POSTING, ProviderTask.State.ACCEPTED)


def replace_held(targets: Sequence[int], at: datetime) -> None:
    """Ends the held searches of these targets, inside the planner's transaction.

    What was paid for counts in part: the pages of a walk, or the thin answer that was to be confirmed. Those that
    have neither are skipped; one whose task the provider may still answer is left alone.
    """
    tasks = ProviderTask.objects.filter(search=OuterRef("pk"))
    held = Search.objects.filter(target__in=targets, state=Search.State.HELD)
    replaced = held.exclude(Exists(tasks.filter(state__in=AWAITED)))
    for search in replaced.filter(Exists(tasks.exclude(payload=None))).order_by("watched_image", "pk"):
        _take_part(search, at)
    unread = replaced.order_by("pk").select_for_update(of=("self",), skip_locked=True)
    for reason, some in groupby(sorted(unread, key=_reason), key=_reason):
        ending.end(list(some), Search.State.SKIPPED, reason, at)


def _reason(search: Search) -> str:
    return REPLACED.format(reason=search.error).strip()


def _take_part(search: Search, at: datetime) -> None:
    """Ends it with what it has, if that is anything; its image is locked before its own row, as everywhere."""
    WatchedImage.objects.select_for_update(no_key=True).get(pk=search.watched_image_id)
    mine = Search.objects.filter(pk=search.pk, state=Search.State.HELD)
    if not mine.select_for_update(skip_locked=True).exists():
        return
    if search.is_confirming:
        if failing.take_thin(search, _reason(search), at):
            Search.objects.filter(pk=search.pk).update(held_for="")
        return
    pages = answers.parsed(search.provider_tasks.filter(is_superseded=False))
    if any(page.items for page in pages):
        stop = Search.Stop.BUDGET if search.held_for == Search.Hold.BUDGET else Search.Stop.ERROR
        mine.update(stop=stop, held_for="")
        ingesting.ingest(search.pk, pages, at, cut_short=_reason(search))


def hurry_held(searches: Sequence[Search], at: datetime) -> None:
    """Whoever wants results now has perhaps just mended the account, or raised the budget."""
    waiting = [search.pk for search in searches if search.held_for == Search.Hold.BUDGET]
    Search.objects.filter(pk__in=waiting, state=Search.State.HELD).update(
        state=Search.State.PLANNED, held_for=""
    )
    accounts = {Account.of(search) for search in searches if search.held_for == Search.Hold.ACCOUNT}
    for account in sorted(accounts, key=lambda account: account.name):
        probing.probe_soon(account, at)
