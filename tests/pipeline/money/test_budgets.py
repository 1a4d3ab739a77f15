"""The purse: what may still be spent, and what is told when it may not."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from monitor.models import LedgerEntry, ProviderTask, Search, Trouble
from monitor.pipeline.money import budgets
from tests.factories import make_collection, make_image, make_search, make_target, make_task, make_workspace

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def spend(workspace: Workspace, cost: Decimal, at: datetime = NOON, **fields: Any) -> ProviderTask:
    target = make_target(make_image(make_collection(workspace)))
    return make_task(make_search(target), cost=cost, posted_at=at, **fields)


def test_it_counts_what_it_gives_and_refuses_what_does_not_fit() -> None:
    workspace = make_workspace(budget=1)
    spend(workspace, Decimal("0.4"))
    purse = budgets.open_purse([workspace.pk], NOON)
    assert purse.take(workspace.pk, Decimal("0.5")) == ""
    assert purse.take(workspace.pk, Decimal("0.2")) == (
        "The budget of $1.00 for this month is used up: $0.10 is left, and this costs $0.20. "
        "It goes on when an owner raises the budget, or on 1 December."
    )
    assert purse.take(workspace.pk, Decimal("0.1")) == ""


def test_it_gives_nothing_before_a_budget_is_confirmed() -> None:
    workspace = make_workspace(budget=None)
    purse = budgets.open_purse([workspace.pk], NOON)
    assert purse.take(workspace.pk, Decimal("0.0001")) == budgets.NOT_CONFIRMED
    assert not Trouble.objects.exists()


def test_it_counts_reserved_money_and_adjustments() -> None:
    workspace = make_workspace(budget=1)
    spend(workspace, Decimal(0), reserved=Decimal("0.3"), state=ProviderTask.State.POSTING)
    spend(workspace, Decimal("0.2"), reserved=Decimal("0.2"), state=ProviderTask.State.UNKNOWN)
    entry = LedgerEntry.objects.create(workspace=workspace, amount=Decimal("0.4"), reason="A correction")
    LedgerEntry.objects.filter(pk=entry.pk).update(created_at=NOON)
    purse = budgets.open_purse([workspace.pk], NOON)
    assert purse.pockets[workspace.pk].taken == Decimal("0.9")


def test_its_month_is_the_workspaces_own() -> None:
    tokyo = make_workspace(budget=1, time_zone="Asia/Tokyo")
    spend(tokyo, Decimal("1"), at=datetime(2026, 10, 31, 14, 59, tzinfo=UTC))
    spend(tokyo, Decimal("0.3"), at=datetime(2026, 10, 31, 15, tzinfo=UTC))
    assert budgets.open_purse([tokyo.pk], NOON).pockets[tokyo.pk].taken == Decimal("0.3")


def test_it_keeps_workspaces_apart_with_a_constant_number_of_queries() -> None:
    poor, rich = make_workspace(budget=1), make_workspace(budget=100)
    spend(poor, Decimal("1"))
    with CaptureQueriesContext(connection) as queries:
        purse = budgets.open_purse([rich.pk, poor.pk, rich.pk], NOON)
    assert len(queries) == 3
    assert purse.take(poor.pk, Decimal("0.01")).startswith("The budget of $1.00")
    assert purse.take(rich.pk, Decimal("99")) == ""


def test_it_warns_once_at_three_quarters_and_once_at_the_end() -> None:
    workspace = make_workspace(budget=1)
    for _ in range(2):
        purse = budgets.open_purse([workspace.pk], NOON)
        for _ in range(3):
            purse.take(workspace.pk, Decimal("0.4"))
    begun = Trouble.objects.order_by("pk")
    assert [(one.kind, one.subject, one.workspace, one.sentence) for one in begun] == [
        (
            Trouble.Kind.BUDGET_NEAR,
            f"workspace:{workspace.pk}:2026-11",
            workspace,
            "$0.80 of this month’s budget of $1.00 is spent or reserved.",
        ),
        (
            Trouble.Kind.BUDGET_SPENT,
            f"workspace:{workspace.pk}:2026-11",
            workspace,
            "The budget of $1.00 for this month is used up: $0.20 is left, and this costs $0.40. "
            "It goes on when an owner raises the budget, or on 1 December.",
        ),
    ]


def test_what_waited_is_planned_again() -> None:
    workspace = make_workspace()
    target = make_target(make_image(make_collection(workspace)))
    held = make_search(target, state=Search.State.HELD, held_for=Search.Hold.BUDGET, error="No money")
    other = make_search(
        make_target(make_image(make_collection(workspace))),
        state=Search.State.HELD,
        held_for=Search.Hold.ACCOUNT,
    )
    assert budgets.release(workspace) == 1
    held.refresh_from_db()
    other.refresh_from_db()
    assert (held.state, held.held_for, held.error) == (Search.State.PLANNED, "", "")
    assert other.state == Search.State.HELD


def held_for_budget(workspace: Workspace) -> Search:
    target = make_target(make_image(make_collection(workspace)))
    return make_search(target, state=Search.State.HELD, held_for=Search.Hold.BUDGET, error="No money")


def begin_both(workspace: Workspace) -> None:
    """$0.90 of $1 is spent, and $0.40 more was refused."""
    spend(workspace, Decimal("0.9"))
    purse = budgets.open_purse([workspace.pk], NOON)
    assert purse.take(workspace.pk, Decimal("0.4"))
    assert not purse.take(workspace.pk, Decimal("0.01"))


def open_kinds() -> set[str]:
    return set(Trouble.objects.filter(ended_at=None).values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("budget", "still_open", "n_released"),
    [("0.9", {"spent", "near"}, 0), ("1.1", {"near"}, 1), ("2", set(), 1)],
)
def test_a_raised_budget_ends_what_it_ends(budget: str, still_open: set[str], n_released: int) -> None:
    workspace = make_workspace(budget=1)
    begin_both(workspace)
    held_for_budget(workspace)
    assert budgets.confirm(workspace, Decimal(budget), NOON) == n_released
    assert open_kinds() == still_open
    workspace.refresh_from_db()
    assert (workspace.monthly_budget, workspace.budget_confirmed_at) == (Decimal(budget), NOON)


@pytest.mark.parametrize(("refund", "n_released"), [("0.0005", 0), ("0.0006", 1)])
def test_what_waited_goes_on_when_a_refund_makes_room_for_it(refund: str, n_released: int) -> None:
    workspace = make_workspace(budget=1)
    task = spend(workspace, Decimal(1))
    search = held_for_budget(workspace)
    with transaction.atomic():
        assert budgets.open_purse([workspace.pk], NOON).take(workspace.pk, Decimal("0.0006"))
    assert budgets.renew(NOON) == 0
    ProviderTask.objects.filter(pk=task.pk).update(cost=1 - Decimal(refund))
    assert budgets.renew(NOON) == n_released
    search.refresh_from_db()
    assert (search.state, open_kinds()) == [("held", {"spent"}), ("planned", set())][n_released]


def test_room_for_one_workspace_is_none_for_another() -> None:
    poor, rich = make_workspace(budget=1), make_workspace(budget=1)
    for workspace in (poor, rich):
        spend(workspace, Decimal(1))
        held_for_budget(workspace)
        budgets.open_purse([workspace.pk], NOON).take(workspace.pk, Decimal("0.0006"))
    ProviderTask.objects.filter(workspace=rich).update(cost=0)
    assert budgets.renew(NOON) == 1
    assert Trouble.objects.get(kind="spent", ended_at=None).workspace == poor


def test_a_new_month_ends_the_troubles_and_the_wait() -> None:
    workspace = make_workspace(budget=1)
    begin_both(workspace)
    spend(workspace, Decimal("0.1"))
    held = held_for_budget(workspace)
    assert budgets.renew(datetime(2026, 11, 30, 23, 59, tzinfo=UTC)) == 0
    assert open_kinds() == {"spent", "near"}
    assert budgets.renew(datetime(2026, 12, 1, tzinfo=UTC)) == 1
    assert open_kinds() == set()
    held.refresh_from_db()
    assert held.state == Search.State.PLANNED


def test_nothing_goes_on_by_itself_where_no_budget_is_confirmed() -> None:
    held_for_budget(make_workspace(budget=None))
    assert budgets.renew(NOON) == 0


@pytest.mark.django_db(transaction=True)
def test_it_holds_its_lock_until_the_transaction_ends() -> None:
    workspace = make_workspace()
    with transaction.atomic():
        budgets.open_purse([workspace.pk], NOON)
        assert locks() == 1
    assert locks() == 0


def locks() -> int:
    sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [budgets.LOCK_SPACE])
        return int(cursor.fetchone()[0])
