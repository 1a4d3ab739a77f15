"""The budget is asked before money is reserved: a purse knows what a workspace may still spend this month.

1. The workspaces are locked until the caller's transaction ends, in the order of their ids.
2. Budget, spent and reserved are read once; what is taken from the purse is counted on top.
3. The tasks that the caller writes in this transaction are what the next purse finds reserved.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.models import Workspace
from monitor import queue
from monitor.alerts import troubles
from monitor.models import Search, Trouble
from monitor.spending.ledger import NOTHING, sums
from monitor.spending.months import Month, month_of
from monitor.spending.words import amount_words, new_month_words

NEAR = Decimal("0.75")
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
    told: set[Trouble.Kind] = field(default_factory=set)

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
        self._begin(Trouble.Kind.BUDGET_SPENT, pocket, sentence)
        return sentence

    def _warn(self, pocket: Pocket, budget: Decimal) -> None:
        sentence = NEAR_SENTENCE.format(taken=amount_words(pocket.taken), budget=amount_words(budget))
        self._begin(Trouble.Kind.BUDGET_NEAR, pocket, sentence)

    def _begin(self, kind: Trouble.Kind, pocket: Pocket, sentence: str) -> None:
        if kind in pocket.told:
            return
        pocket.told.add(kind)
        troubles.begin(
            kind, subject_of(pocket.workspace, pocket.month), sentence, self.at, workspace=pocket.workspace
        )


def open_purse(workspace_ids: Iterable[int], at: datetime) -> Purse:
    """The purse of these workspaces for the month of `at`, inside the caller's transaction."""
    ids = sorted(set(workspace_ids))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, id) FROM unnest(%s::int[]) AS id", [LOCK_SPACE, ids])
    workspaces = {workspace.pk: workspace for workspace in Workspace.objects.filter(pk__in=ids)}
    months = {pk: month_of(workspace, at) for pk, workspace in workspaces.items()}
    known = sums(months)
    pockets = {
        pk: Pocket(workspace=workspace, month=months[pk], taken=known[pk].taken)
        for pk, workspace in workspaces.items()
    }
    return Purse(at=at, pockets=pockets)


@transaction.atomic
def release(workspace: Workspace, at: datetime) -> int:
    """The budget was raised, or the month has begun anew: what waited for it goes on. Returns how many searches."""
    mine = Search.objects.filter(watched_image__workspace=workspace, held_for=Search.Hold.BUDGET)
    waiting = mine.filter(state=Search.State.HELD).order_by("pk").select_for_update(of=("self",))
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
