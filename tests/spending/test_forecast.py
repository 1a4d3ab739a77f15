"""The forecast of a month, and the budget that it proposes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from monitor.models import Provider, ProviderTask, Search
from monitor.spending.forecast import forecast
from monitor.spending.loads import Askable
from tests.factories import make_collection, make_image, make_search, make_target, make_task, make_workspace

pytestmark = pytest.mark.django_db
BOTH = Askable(providers=frozenset(Provider))
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_it_adds_what_is_spent_reserved_waiting_and_to_come() -> None:
    workspace = make_workspace()
    collection = make_collection(workspace, cadence="0 5 * * *")
    google = make_target(make_image(collection))
    yandex = make_target(make_image(collection), Provider.YANDEX, pages=3)
    done = make_search(google, state=Search.State.DONE)
    make_task(done, cost=Decimal("1"), posted_at=NOON)
    make_task(done, reserved=Decimal("0.5"), state=ProviderTask.State.POSTING, posted_at=NOON)
    make_search(yandex, state=Search.State.HELD)
    found = forecast(workspace, BOTH, NOON)
    a_run = Decimal("0.0006") + 3 * Decimal("0.0075")
    assert (found.known.spent, found.known.reserved) == (Decimal(1), Decimal("0.5"))
    assert found.waiting == 3 * Decimal("0.0075")
    assert [(each.a_run, each.runs) for each in found.collections] == [(a_run, 2)]
    assert found.total == Decimal("1.5") + found.waiting + 2 * a_run
    assert found.monthly == a_run * Decimal("30.4375")


def test_a_paused_collection_costs_nothing() -> None:
    workspace = make_workspace()
    make_target(make_image(make_collection(workspace, is_active=False)))
    found = forecast(workspace, BOTH, NOON)
    assert (found.total, found.monthly) == (Decimal(0), Decimal(0))
    assert found.collections[0].a_run == Decimal("0.0006")


def test_it_proposes_a_quarter_more_and_at_least_ten_dollars() -> None:
    workspace = make_workspace()
    assert forecast(workspace, BOTH, NOON).proposal == 10
    collection = make_collection(workspace, cadence="0 * * * *")
    make_target(make_image(collection), Provider.YANDEX, pages=10)
    found = forecast(workspace, BOTH, NOON)
    assert found.monthly == Decimal("54.7875")
    assert found.proposal == 69


def paid(search: Search, cost: str, days: int = 1, **fields: Any) -> None:
    make_task(search, cost=Decimal(cost), posted_at=NOON - timedelta(days=days), **fields)


def test_it_foresees_that_some_calls_are_made_again() -> None:
    """As many as in the last 30 days: here one in four pages was paid for twice."""
    workspace = make_workspace()
    collection = make_collection(workspace, cadence="0 5 * * *")
    target = make_target(make_image(collection), Provider.YANDEX, pages=2)
    search = make_search(target, state=Search.State.DONE)
    for page in range(2):
        paid(search, "0.0075", page=page)
    other = make_search(target, state=Search.State.DONE)
    paid(other, "0.0075", is_superseded=True)
    paid(other, "0.0075")
    paid(other, "0.0075", page=1)
    paid(other, "0", page=1)  # failed, for nothing
    paid(search, "0.0075", days=31, page=1)
    found = forecast(workspace, BOTH, NOON)
    assert found.again_share == Decimal("0.25")
    assert found.again == 2 * 2 * Decimal("0.0075") / 4
    assert found.total == found.known.taken + 5 * 2 * 2 * Decimal("0.0075") / 4
    assert found.monthly == 2 * Decimal("0.0075") * Decimal("30.4375")


def test_without_a_past_each_call_is_made_once() -> None:
    assert forecast(make_workspace(), BOTH, NOON).again_share == 0
