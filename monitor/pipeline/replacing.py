"""After a hold only the latest slot is asked: it takes the place of an older one that was never asked."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from monitor.models import ProviderTask, Search
from monitor.pipeline import ending, probing
from monitor.pipeline.engines import Account

REPLACED = "It was on hold until the next search was due. {reason}"


def replace_held(targets: Sequence[int], at: datetime) -> None:
    """Ends the held searches of these targets that cost nothing so far; inside the planner's transaction."""
    state = ProviderTask.State
    unpaid = Q(state=state.REFUSED, cost=0) | Q(state=state.LOST, remote_id=None)
    asked = ProviderTask.objects.filter(search=OuterRef("pk")).exclude(unpaid)
    held = Search.objects.filter(target__in=targets, state=Search.State.HELD).exclude(Exists(asked))
    for search in held.order_by("pk").select_for_update(of=("self",), skip_locked=True):
        ending.end([search], Search.State.SKIPPED, REPLACED.format(reason=search.error).strip(), at)


def hurry_held(searches: Sequence[Search], at: datetime) -> None:
    """Whoever wants results now has perhaps just mended the account, or raised the budget."""
    waiting = [search.pk for search in searches if search.held_for == Search.Hold.BUDGET]
    Search.objects.filter(pk__in=waiting, state=Search.State.HELD).update(
        state=Search.State.PLANNED, held_for=""
    )
    accounts = {Account.of(search) for search in searches if search.held_for == Search.Hold.ACCOUNT}
    for account in sorted(accounts, key=lambda account: account.name):
        probing.probe_soon(account, at)
