"""The budget is asked before money is reserved: a purse knows what a workspace may still spend this month.

1. The workspaces are locked until the caller's transaction ends, in the order of their ids.
2. Budget, spent and reserved are read once; what is taken from the purse is counted on top.
3. The tasks that the caller writes in this transaction are what the next purse finds reserved.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.models import Workspace
from monitor import queue
from monitor.alerts import troubles
from monitor.models import Search, Trouble
from monitor.models.runs import SearchQuerySet
from monitor.spending.forecast import NEAR
from monitor.spending.ledger import NOTHING, sums
from monitor.spending.months import Month, month_of
from monitor.spending.prices import prices_at
from monitor.spending.words import amount_words, new_month_words

Kind = Trouble.Kind

LOCK_SPACE = 0x77_68_62  # keeps these advisory locks apart from others
NOT_CONFIRMED = "No money is spent before an owner confirms a budget."
SPENT = "The budget of {budget} for this month is used up: {left} is left, and this costs {amount}. {goes_on}"
GOES_ON = "It goes on when an owner raises the budget, or on {new_month}."
NEAR_SENTENCE = "{taken} of this month’s budget of {budget} is spent or reserved."


@dataclass(kw_only=True)
class Pocket:
    """One workspace's part of a purse."""

    workspace: Workspace
    month: Month
    taken: Decimal
    told: set[Kind] = field(default_factory=set)

    @property
    def budget(self) -> Decimal | None:
        """None until an owner has confirmed one."""
        return self.workspace.monthly_budget if self.workspace.budget_confirmed_at else None


@dataclass(kw_only=True)
class Purse:
    """What some workspaces may still spend; valid inside the transaction that opened it."""

    at: datetime
    pockets: dict[int, Pocket] = field(default_factory=dict)

    def take(self, workspace_id: int, amount: Decimal) -> str:
        """Counts an amount in USD that still fits and returns ""; else the sentence why it does not."""
        pocket = self.pockets[workspace_id]
        if pocket.budget is None:
            return NOT_CONFIRMED
        if pocket.taken + amount > pocket.budget:
            return self._refuse(pocket, pocket.budget, amount)
        pocket.taken += amount
        if pocket.taken >= NEAR * pocket.budget:
            self._warn(pocket, pocket.budget)
        return ""

    def _refuse(self, pocket: Pocket, budget: Decimal, amount: Decimal) -> str:
        words = GOES_ON.format(new_month=new_month_words(pocket.month))
        sentence = SPENT.format(
            budget=amount_words(budget),
            left=amount_words(max(budget - pocket.taken, NOTHING)),
            amount=amount_words(amount),
            goes_on=words,
        )
        self._begin(Kind.BUDGET_SPENT, pocket, sentence)
        return sentence

    def _warn(self, pocket: Pocket, budget: Decimal) -> None:
        sentence = NEAR_SENTENCE.format(taken=amount_words(pocket.taken), budget=amount_words(budget))
        self._begin(Kind.BUDGET_NEAR, pocket, sentence)

    def _begin(self, kind: Kind, pocket: Pocket, sentence: str) -> None:
        if kind in pocket.told:
            return
        pocket.told.add(kind)
        troubles.begin(
            kind, subject_of(pocket.workspace, pocket.month), sentence, self.at, workspace=pocket.workspace
        )


def open_purse(workspace_ids: Iterable[int], at: datetime) -> Purse:
    """The purse of these workspaces for the month of `at`, inside the caller's transaction."""
    ids = sorted(set(workspace_ids))
    _lock(ids)
    workspaces = {workspace.pk: workspace for workspace in Workspace.objects.filter(pk__in=ids)}
    months = {pk: month_of(workspace, at) for pk, workspace in workspaces.items()}
    known = sums(months)
    pockets = {
        pk: Pocket(workspace=workspace, month=months[pk], taken=known[pk].taken)
        for pk, workspace in workspaces.items()
    }
    return Purse(at=at, pockets=pockets)


def confirm(workspace: Workspace, budget: Decimal, at: datetime) -> int:
    """An owner confirms or changes the monthly budget (USD); returns how many searches that waited go on."""
    with transaction.atomic():
        _lock([workspace.pk])
        mine = Workspace.objects.filter(pk=workspace.pk)
        mine.update(monthly_budget=budget, budget_confirmed_at=at)
        month = month_of(workspace, at)
        taken = sums({workspace.pk: month})[workspace.pk].taken
        for kind, limit in ((Kind.BUDGET_SPENT, budget), (Kind.BUDGET_NEAR, NEAR * budget)):
            if taken < limit:
                troubles.end(kind, subject_of(workspace, month), at)
    return release(workspace) if taken < budget else 0


def renew(at: datetime) -> int:
    """Where the month has begun anew, or there is room again, troubles end and what waited goes on.

    Returns how many searches.
    """
    kinds = [Kind.BUDGET_NEAR, Kind.BUDGET_SPENT]
    for trouble in Trouble.objects.filter(kind__in=kinds, ended_at=None).select_related("workspace"):
        workspace = trouble.workspace
        if workspace is None or trouble.subject != subject_of(workspace, month_of(workspace, at)):
            troubles.end(Kind(trouble.kind), trouble.subject, at)
    _end_where_there_is_room(at)
    spent = Trouble.objects.filter(kind=Kind.BUDGET_SPENT, ended_at=None).values("workspace")
    held = _held()
    paying = Workspace.objects.live().exclude(budget_confirmed_at=None).exclude(pk__in=spent)
    return sum(release(each) for each in paying.filter(pk__in=held.values("watched_image__workspace")))


def _end_where_there_is_room(at: datetime) -> None:
    """Calls were refused or paid back, so that one which waits fits into a budget that was used up."""
    open_troubles = Trouble.objects.filter(kind=Kind.BUDGET_SPENT, ended_at=None).select_related("workspace")
    spent = {each.workspace.pk: each.workspace for each in open_troubles if each.workspace}
    months = {pk: month_of(workspace, at) for pk, workspace in spent.items()}
    kinds = _held().filter(watched_image__workspace__in=spent).order_by()
    waiting = kinds.values_list("watched_image__workspace", "target__provider", "priority").distinct()
    taken, prices = sums(months), prices_at(at)
    for pk, provider, priority in waiting:
        if taken[pk].taken + prices.of(provider, priority) <= (spent[pk].monthly_budget or NOTHING):
            troubles.end(Kind.BUDGET_SPENT, subject_of(spent[pk], months[pk]), at)


def _held() -> SearchQuerySet:
    """What waits for a budget."""
    return Search.objects.filter(state=Search.State.HELD, held_for=Search.Hold.BUDGET)


@transaction.atomic
def release(workspace: Workspace) -> int:
    """What waited for the budget goes on; returns how many searches."""
    mine = _held().filter(watched_image__workspace=workspace)
    waiting = mine.order_by("pk").select_for_update(of=("self",))
    ids = list(waiting.values_list("pk", flat=True))
    Search.objects.filter(pk__in=ids).update(
        state=Search.State.PLANNED, held_for="", error="", not_before=Now()
    )
    if ids:
        queue.nudge_searches()
    return len(ids)


def subject_of(workspace: Workspace, month: Month) -> str:
    """What the troubles of a workspace's budget in a month are about."""
    return f"workspace:{workspace.pk}:{month.name}"


def _lock(ids: Sequence[int]) -> None:
    """Until the transaction ends; in the order given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, id) FROM unnest(%s::int[]) AS id", [LOCK_SPACE, [*ids]]
        )
