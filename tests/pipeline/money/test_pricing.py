"""The forecast of a month beside what the simulator charges for it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from pytest_django import Settings

from accounts.models import Workspace
from monitor.models import Collection, Search, WatchedImage
from monitor.models.runs import SearchQuerySet
from monitor.pipeline import engines, planning, pump, watching
from monitor.pipeline.money import pricing
from monitor.simulator.control import Control
from monitor.simulator.server import serve
from tests.factories import a_jpeg, make_workspace
from tests.simulator.hosting import Host

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
MONTH_ENDS = datetime(2026, 12, 1, tzinfo=UTC)
MOST_STEPS = 60


@pytest.fixture
def control(settings: Settings) -> Iterator[Control]:
    with serve() as server, Control(server.url) as control:
        settings.SIMULATOR_URL = server.url
        engines.reset()
        yield control
        for client in (engines.dataforseo(is_simulated=True), engines.yandex(is_simulated=True)):
            client.close()
        engines.reset()


def watched_daily(workspace: Workspace, n: int, at: datetime) -> Collection:
    collection = watching.make_collection(workspace, "Product", None, at, cadence="0 5 * * *")
    for number in range(n):
        watching.watch(collection, a_jpeg(number), title=f"Picture {number}", user=None)
    return collection


def read(image: WatchedImage) -> bytes:
    with image.file.open("rb") as file:
        return bytes(file.read())


def pass_a_month(collection: Collection, control: Control) -> None:
    """Runs every slot of the month by the real pipeline."""
    while collection.next_run_at and collection.next_run_at < MONTH_ENDS:
        at = collection.next_run_at
        control.set_clock(at)
        run = planning.plan_collection(collection, at)
        assert run is not None
        finish(Search.objects.filter(run=run), at, control)


def finish(searches: SearchQuerySet, at: datetime, control: Control) -> None:
    for _ in range(MOST_STEPS):
        searches.hurry()
        pump.step(at + timedelta(seconds=41))
        if not searches.open().exists():
            return
        control.advance(30)
    raise AssertionError([(search.state, search.error) for search in searches])


@pytest.mark.django_db(transaction=True)
def test_the_forecast_of_a_month_is_what_the_simulator_then_charges(
    control: Control, settings: Settings
) -> None:
    workspace = make_workspace(is_demo=True)
    collection = watched_daily(workspace, 2, FIRST)
    pictures = {f"/i/{image.public_token}.jpg": read(image) for image in collection.images.all()}
    with Host(pictures) as host:
        settings.LOCAL_URL = host.url
        foreseen = pricing.forecast_of(workspace, FIRST).total
        pass_a_month(collection, control)
    charged = Decimal(str(control.ledger()["total"]))
    booked = pricing.forecast_of(workspace, MONTH_ENDS - timedelta(seconds=1))
    assert foreseen == 30 * 2 * (Decimal("0.0006") + Decimal("0.0075"))
    assert abs(charged - foreseen) <= foreseen * Decimal("0.02")
    assert booked.known.spent == charged
    assert booked.total == charged
