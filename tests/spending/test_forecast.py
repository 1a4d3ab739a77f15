"""The forecast of a month, and the budget that it proposes."""

from datetime import UTC, datetime
from decimal import Decimal

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
