"""Both engines' roads against the running simulator while it fails: every search ends, and is charged once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from monitor.models import Provider, RateBucket, Search, Trouble
from monitor.pipeline import engines, pump
from monitor.pipeline.engines import probing
from monitor.simulator.control import Control
from monitor.simulator.server import serve
from tests.factories import make_collection, make_image, make_search, make_target, make_workspace
from tests.simulator.hosting import Host, drawing

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 16, 6, tzinfo=UTC)
POST, GET, LIST = (
    f"/v3/serp/{path}"
    for path in ("google/search_by_image/task_post", "google/search_by_image/task_get", "id_list")
)
PAGE = "/v2/image/search_by_image"
ROUNDS, STEP = 14, timedelta(minutes=7)


@pytest.fixture
def control(settings: Settings) -> Iterator[Control]:
    files = {f"/i/{provider}-{n}.jpg": drawing() for provider in Provider for n in range(3)}
    with serve(port=0) as server, Host(files) as host, Control(server.url) as control:
        settings.SIMULATOR_URL, settings.LOCAL_URL = server.url, host.url
        engines.reset()
        control.set_clock(START)
        yield control
        for client in (engines.dataforseo(is_simulated=True), engines.yandex(is_simulated=True)):
            client.close()
    engines.reset()


def searches(provider: Provider, n: int = 3, **settings: object) -> list[Search]:
    collection = make_collection(make_workspace(is_demo=True))
    images = [make_image(collection, public_token=f"{provider}-{number}") for number in range(n)]
    return [make_search(make_target(image, provider, **settings)) for image in images]


def on_google() -> list[Search]:
    return searches(Provider.DATAFORSEO, location_code=2840, language_code="en")


def go_on(control: Control) -> None:
    """A hundred minutes, in which nothing has to wait but for the provider and its rules."""
    for number in range(ROUNDS):
        at = START + number * STEP
        RateBucket.objects.all().delete()
        Search.objects.filter(not_before__lte=datetime.now(UTC) + timedelta(minutes=20)).hurry()
        probing.probe_due(at)
        pump.step(at)
        control.advance(STEP.total_seconds())
        if not Search.objects.open().exists():
            return


def states(of: list[Search]) -> list[str]:
    return list(
        Search.objects.filter(pk__in=[s.pk for s in of]).order_by("pk").values_list("state", flat=True)
    )


def charges(control: Control) -> int:
    return len(control.ledger()["charges"])


def test_a_calm_day(control: Control) -> None:
    batch = on_google() + searches(Provider.YANDEX, pages=1)
    go_on(control)
    assert states(batch) == ["done"] * 6
    assert charges(control) == 6
    assert not Trouble.objects.exists()


@pytest.mark.parametrize(
    ("path", "do"),
    [
        (POST, "timeout_before"),
        (POST, "timeout_after"),
        (POST, "truncated"),
        (POST, "html"),
        (POST, "http 503"),
        (POST, "http 401"),
        (POST, "http 402"),
        (POST, "http 429"),
        (POST, "envelope 40202"),
        (POST, "envelope 50304"),
        (GET, "http 503"),
        (GET, "truncated"),
        (GET, "timeout_before"),
        (LIST, "html"),
    ],
)
def test_a_call_that_goes_wrong_is_paid_once(control: Control, path: str, do: str) -> None:
    faults = [{"do": do, "match": {"path": path}, "times": 1}]
    if path == LIST:
        faults.append({"do": "timeout_after", "match": {"path": POST}, "times": 1})
    control.set_faults(faults)
    batch = on_google()
    go_on(control)
    assert states(batch) == ["done"] * 3
    assert charges(control) == 3
    assert not Trouble.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("code", [40101, 40103, 40106])
def test_a_task_that_the_provider_failed_is_bought_once_more(control: Control, code: int) -> None:
    control.set_faults([{"do": f"code {code}", "times": 1}])
    batch = on_google()
    go_on(control)
    assert set(states(batch)) <= {"done", "partial"}
    assert charges(control) in (3, 4)


def test_a_list_that_lags_makes_nobody_pay_twice(control: Control) -> None:
    control.set_faults(
        [{"do": "timeout_after", "match": {"path": POST}, "times": 1}, {"do": "id_list_lag 180"}]
    )
    batch = on_google()
    go_on(control)
    assert (states(batch), charges(control)) == (["done"] * 3, 3)


@pytest.mark.parametrize(
    "do", ["http 500", "http 503", "truncated", "html", "timeout_before", "timeout_after"]
)
def test_a_page_that_is_not_answered_is_sent_once_more(control: Control, do: str) -> None:
    control.set_faults([{"do": do, "match": {"path": PAGE}, "times": 1}])
    batch = searches(Provider.YANDEX, pages=1)
    go_on(control)
    assert states(batch) == ["done"] * 3
    assert charges(control) <= 4


@pytest.mark.parametrize("do", ["http 401", "http 403", "http 429", "retry_after 2"])
def test_a_refused_page_costs_nothing(control: Control, do: str) -> None:
    control.set_faults([{"do": do, "match": {"path": PAGE}, "times": 2}])
    batch = searches(Provider.YANDEX, pages=1)
    go_on(control)
    assert (states(batch), charges(control)) == (["done"] * 3, 3)
    assert not Trouble.objects.filter(ended_at=None).exists()
