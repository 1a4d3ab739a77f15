"""Asking DataForSEO which tasks are finished: a hint that ends the waits of ours, one call for up to a thousand."""

from datetime import datetime

from django.db.models import Q

from monitor.models import Provider, ProviderTask, Search
from monitor.pipeline import engines
from monitor.pipeline.accepting import Made, accept
from monitor.pipeline.engines import Account, holds, limits
from monitor.pipeline.tags import is_ours
from monitor.providers.base import ProviderError, ReadyTask

MANY_WAITING = 5


def hear(at: datetime) -> int:
    """Hurries what is finished on each account with enough open work; returns how many searches."""
    accounts = engines.accounts(Provider.DATAFORSEO)
    return sum(_hear(account, at) for account in accounts if engines.is_usable(account))


def _hear(account: Account, at: datetime) -> int:
    open_work = account.searches().filter(state__in=[Search.State.WAITING, Search.State.ASKING])
    if open_work[: MANY_WAITING + 1].count() <= MANY_WAITING or not limits.take_ready(account):
        return 0
    try:
        with holds.asking(account, "tasks_ready", at):
            rows = engines.dataforseo(is_simulated=account.is_simulated).ready()
    except ProviderError:
        return 0
    return hurry(rows, at)


def hurry(rows: list[ReadyTask], at: datetime) -> int:
    """Ends the waits of the searches that these finished tasks belong to; other software's rows are left alone.

    A task whose post was never answered is adopted with them.
    """
    made = [Made(tag=row.tag, remote_id=row.remote_id) for row in rows if is_ours(row.tag)]
    if made:
        accept(made, at, is_ready=True)
    ours = Q(remote_id__in=[row.remote_id for row in rows]) | Q(tag__in=[task.tag for task in made])
    tasks = ProviderTask.objects.filter(ours, state=ProviderTask.State.ACCEPTED)
    return Search.objects.filter(provider_tasks__in=tasks, state=Search.State.WAITING).hurry()
