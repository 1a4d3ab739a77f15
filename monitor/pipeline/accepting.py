"""The provider has a task of ours: said by its answer to the post, its own list, a ready row or a hook.

Whoever says it first settles the task. One that was written off as never made, and turns up later, is taken back
when its search has not been asked anew yet; else it is a duplicate: both costs are kept, and whichever is
finished first counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Case, When
from django.db.models.functions import Now

from monitor.models import ProviderTask, Search
from monitor.pipeline import ending, looks

NEVER_ASKED_ANEW = (Search.State.PLANNED, Search.State.HELD)


@dataclass(frozen=True, kw_only=True)
class Made:
    """A task that exists at the provider; without a cost (USD) its reserved price is booked for now."""

    tag: str
    remote_id: str
    cost: Decimal | None = None


@transaction.atomic
def accept(made: Sequence[Made], at: datetime, *, is_ready: bool = False) -> int:
    """Books the tasks and lets their searches wait (`is_ready`: be looked at now); returns how many were news."""
    settled = _settle(made)
    asked = Search.objects.filter(pk__in=settled, state=Search.State.ASKING)
    first_look = Now() if is_ready else _first_looks()
    asked.update(state=Search.State.WAITING, asked_at=at, not_before=first_look, error="")
    if len(settled) == len(made):
        return len(settled)
    by_tag = {task.tag: task for task in made}
    late = ProviderTask.objects.filter(tag__in=by_tag, state=ProviderTask.State.LOST, remote_id=None)
    locked = list(late.order_by("pk").select_for_update(of=("self",)).select_related("search"))
    for task in locked:
        _take_back(task, by_tag[task.tag], at)
    return len(settled) + len(locked)


def _settle(made: Sequence[Made]) -> list[int]:
    """The searches of those tasks that were not settled yet."""
    sql = """UPDATE monitor_providertask AS task
             SET state = 'accepted', billed = 'yes', remote_id = made.remote_id, message = '',
                 cost = coalesce(made.cost, task.reserved)
             FROM unnest(%s::text[], %s::text[], %s::numeric[]) AS made (tag, remote_id, cost)
             WHERE task.tag = made.tag AND task.state IN ('posting', 'unknown')
             RETURNING task.search_id"""
    tags, ids = [task.tag for task in made], [task.remote_id for task in made]
    with connection.cursor() as cursor:
        cursor.execute(sql, [tags, ids, [task.cost for task in made]])
        return [row[0] for row in cursor.fetchall()]


def _first_looks() -> Case:
    first = {priority: looks.wait(priority, timedelta(0)) for priority in Search.Priority}
    return Case(*(When(priority=priority, then=Now() + wait) for priority, wait in first.items()))


def _take_back(task: ProviderTask, made: Made, at: datetime) -> None:
    """A task that was written off exists after all."""
    others = task.search.provider_tasks.exclude(pk=task.pk).filter(is_superseded=False)
    lives = others.exclude(state__in=[ProviderTask.State.REFUSED, ProviderTask.State.LOST])
    is_asked_anew = task.is_superseded or lives.exists()
    ProviderTask.objects.filter(pk=task.pk).update(
        state=ProviderTask.State.ACCEPTED,
        remote_id=made.remote_id,
        cost=task.reserved if made.cost is None else made.cost,
        billed=ProviderTask.Billed.YES,
        is_duplicate=is_asked_anew,
        message="",
    )
    if not is_asked_anew:
        planned = Search.objects.filter(pk=task.search_id, state__in=NEVER_ASKED_ANEW)
        planned.update(state=Search.State.WAITING, held_for="", asked_at=at, not_before=Now(), error="")
    ending.count_cost([task.search])
