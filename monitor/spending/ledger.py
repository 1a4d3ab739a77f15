"""What was spent: sums over the provider tasks, which are the ledger, and over its later adjustments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Max, Sum

from accounts.models import Workspace
from monitor.models import ProviderTask
from monitor.spending.months import Month

OPEN_TASKS = (ProviderTask.State.POSTING, ProviderTask.State.UNKNOWN)
NOTHING = Decimal(0)
LATELY = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What a workspace has spent in a month, adjustments included, and what is reserved for calls under way."""

    spent: Decimal = NOTHING
    reserved: Decimal = NOTHING

    @property
    def taken(self) -> Decimal:
        return self.spent + self.reserved


# A call that is possibly billed has its cost booked while its outcome is unknown: it is not reserved as well.
_SUMS = """
WITH asked AS (SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS t (id, since, until))
SELECT asked.id, coalesce(tasks.cost, 0) + coalesce(entries.amount, 0), coalesce(tasks.reserved, 0)
FROM asked
LEFT JOIN LATERAL (
    SELECT sum(task.cost) AS cost,
           sum(task.reserved) FILTER (WHERE task.cost = 0 AND task.state = ANY(%s)) AS reserved
    FROM monitor_providertask task
    WHERE task.workspace_id = asked.id AND task.posted_at >= asked.since AND task.posted_at < asked.until
) tasks ON true
LEFT JOIN LATERAL (
    SELECT sum(entry.amount) AS amount FROM monitor_ledgerentry entry
    WHERE entry.workspace_id = asked.id AND entry.created_at >= asked.since AND entry.created_at < asked.until
) entries ON true"""


def sums(months: Mapping[int, Month]) -> dict[int, Sums]:
    """Spent and reserved by the ids of workspaces, each in its own month; one query."""
    since, until = ([getattr(month, end) for month in months.values()] for end in ("since", "until"))
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [[*months], since, until, [str(state) for state in OPEN_TASKS]])
        return {pk: Sums(spent=paid, reserved=reserved) for pk, paid, reserved in cursor.fetchall()}


def again_share(workspace: Workspace, at: datetime) -> Decimal:
    """By how much the calls of the last 30 days cost more than one each, because some had to be made again.

    A search is asked again when its answer was oddly thin, or when the provider has failed its task.
    """
    lately = workspace.provider_tasks.filter(posted_at__gt=at - LATELY, posted_at__lte=at, cost__gt=0)
    asked = lately.order_by().values("search", "page").annotate(paid=Sum("cost"), once=Max("cost"))
    sums = asked.aggregate(all_paid=Sum("paid"), all_once=Sum("once"))
    return sums["all_paid"] / sums["all_once"] - 1 if sums["all_once"] else NOTHING
