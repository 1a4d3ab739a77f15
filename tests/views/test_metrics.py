"""Metrics: who may read them, and what they say."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from monitor.alerts import troubles
from monitor.models import AccountState, Delivery, Notice, Picture, Provider, Search, Trouble, WorkerNode
from monitor.pipeline.engines.counting import LIMITS, count
from tests import factories
from tests.exposition import Metric, parse
from tests.views.counting import queries_of

pytestmark = pytest.mark.django_db
TOKEN = "a token of words"


def read(client: Client) -> dict[str, Metric]:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return parse(response.content.decode())


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.0.1", "::1"])
def test_it_opens_to_this_machine(client: Client, address: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "::ffff:10.0.0.1", "", "unix:"])
def test_it_opens_to_no_other(client: Client, address: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Proto"])
def test_it_opens_to_nobody_through_a_proxy(client: Client, header: str) -> None:
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        ("Bearer wrong", 404),
        ("Bearer", 404),
        (f"Basic {TOKEN}", 404),
        (TOKEN, 404),
        ("", 404),
        ("Bearer té", 404),
    ],
)
def test_a_token_opens_it_to_any_machine(
    client: Client, settings: Settings, header: str, status: int
) -> None:
    settings.METRICS_TOKEN = TOKEN
    response = client.get("/metrics", headers={"Authorization": header}, REMOTE_ADDR="192.0.2.1")
    assert response.status_code == status


def test_with_a_token_this_machine_needs_it_too(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics").status_code == 404


def test_it_takes_nothing(client: Client) -> None:
    assert client.post("/metrics").status_code == 405


def test_it_is_readable_before_anything_has_happened(client: Client) -> None:
    metrics = read(client)
    assert metrics["whereabouts_queue_lag_seconds"].value() == 0
    assert metrics["whereabouts_searches"].value(provider="yandex", state="failed") == 0
    assert metrics["whereabouts_provider_call_seconds"].samples == {}


def test_it_tells_of_searches(client: Client) -> None:
    now = timezone.now()
    factories.make_search(factories.make_target(), not_before=now - timedelta(seconds=90))
    factories.make_search(factories.make_target(), state="held", held_for="budget")
    factories.make_search(factories.make_target(provider=Provider.YANDEX), state="failed", error="No.")
    WorkerNode.objects.create(name="here", pid=1, seen_at=now)
    metrics = read(client)
    searches = metrics["whereabouts_searches"]
    assert searches.value(provider="dataforseo", state="planned") == 1
    assert searches.value(provider="yandex", state="failed") == 1
    assert len(searches.samples) == len(Provider.values) * len(Search.State.values)
    assert metrics["whereabouts_searches_held"].value(**{"for": "budget"}) == 1
    assert 90 <= metrics["whereabouts_queue_lag_seconds"].value() < 120
    assert metrics["whereabouts_workers"].value() == 1


def test_it_tells_of_calls(client: Client) -> None:
    count("dataforseo", "task_post", "ok", 0.2, 0.2)
    count("dataforseo", "task_post", "ok", 60.0)
    count("dataforseo", "task_post", "Unavailable", 3.0)
    count('odd "name"', "status", "ok", 0.01)
    metrics = read(client)
    calls = metrics["whereabouts_provider_calls_total"]
    assert calls.value(account="dataforseo", call="task_post", outcome="ok") == 3
    assert calls.value(account="dataforseo", call="task_post", outcome="Unavailable") == 1
    times = metrics["whereabouts_provider_call_seconds"]
    labels = {"account": "dataforseo", "call": "task_post"}
    fits = {limit: times.value("_bucket", **labels, le=str(limit)) for limit in LIMITS}
    assert [fits[limit] for limit in (0.1, 0.25, 2.5, 5.0, 30.0)] == [0, 2, 2, 3, 3]
    assert times.value("_bucket", **labels, le="+Inf") == times.value("_count", **labels) == 4
    assert times.value("_sum", **labels) == pytest.approx(63.4)
    assert times.value("_count", account='odd "name"', call="status") == 1


def test_it_tells_of_money(client: Client) -> None:
    search = factories.make_search(factories.make_target(), state="asking")
    now = timezone.now()
    paid = {"state": "collected", "billed": "yes", "cost": Decimal("0.0006"), "posted_at": now}
    factories.make_task(search, attempt=1, **paid)
    factories.make_task(search, attempt=2, **paid)
    factories.make_task(search, attempt=3, state="unknown", posted_at=now)
    AccountState.objects.create(name="dataforseo", balance=Decimal("12.5"), held_at=now)
    AccountState.objects.create(name="yandex")
    metrics = read(client)
    assert metrics["whereabouts_spent_usd"].value(account="dataforseo") == 0.0012
    assert metrics["whereabouts_paid_twice"].value() == 1
    assert metrics["whereabouts_calls_unknown"].value() == 1
    assert metrics["whereabouts_account_balance_usd"].value(account="dataforseo") == 12.5
    assert metrics["whereabouts_account_held"].value(account="dataforseo") == 1
    assert metrics["whereabouts_account_held"].value(account="yandex") == 0


def test_it_tells_of_what_waits(client: Client) -> None:
    workspace = factories.make_workspace()
    match = factories.make_match(factories.make_image(factories.make_collection(workspace)))
    factories.make_found(match, factories.make_target(match.watched_image))
    troubles.begin(Trouble.Kind.BUDGET_SPENT, "1", "Spent.", timezone.now(), workspace=workspace)
    troubles.begin(Trouble.Kind.QUEUE, "work", "Late.", timezone.now())
    for number, outcome in enumerate(("waiting", "sending", "sent")):
        Notice.objects.create(
            trouble=Trouble.objects.latest("pk"),
            address=f"{number}@x.example",
            outcome=outcome,
            message_id=f"<{number}>",
        )
    metrics = read(client)
    assert metrics["whereabouts_pictures_pending"].value() == Picture.objects.count() == 1
    assert metrics["whereabouts_mails_waiting"].value(about="troubles") == 2
    assert metrics["whereabouts_mails_waiting"].value(about="matches") == Delivery.objects.count() == 0
    assert metrics["whereabouts_budgets_reached"].value() == 1
    assert metrics["whereabouts_troubles"].value(kind="queue") == 1


def test_its_number_of_queries_does_not_grow(client: Client) -> None:
    def fill() -> None:
        for number in range(10):
            search = factories.make_search(factories.make_target())
            factories.make_task(search)
            AccountState.objects.create(name=f"{number}-{search.pk}", balance=1)
            count(f"{search.pk}", "status", "ok", 0.1)

    fill()
    ten = queries_of(client, "/metrics")
    fill()
    assert queries_of(client, "/metrics") == ten
