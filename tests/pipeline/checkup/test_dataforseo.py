"""Google through DataForSEO: the account as the provider tells of it."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from pytest_django import Settings

from monitor.models import AccountState, CallCount, ProviderTask
from monitor.pipeline import engines
from monitor.pipeline.checkup import dataforseo
from monitor.pipeline.checkup.accounts import ACCOUNT
from monitor.pipeline.checkup.dataforseo import BALANCE, DAY, LIMITS, PRICES
from monitor.pipeline.checkup.findings import Finding, State
from monitor.providers.dataforseo import DataForSEO
from monitor.providers.dataforseo.facts import AccountFacts
from tests.factories import make_collection, make_image, make_search, make_target, make_workspace
from tests.pipeline.checkup.conftest import AT, states

pytestmark = pytest.mark.django_db
PAYLOAD = Path(__file__).parents[2] / "payloads" / "dataforseo" / "user_data.json"
PASSWORD = "hush-hush-hush"


class Provider:
    """Answers user_data with `body` and `status`, and counts the calls."""

    def __init__(self) -> None:
        self.status, self.body, self.calls = 200, json.loads(PAYLOAD.read_text()), 0
        self.error: Exception | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        assert request.url.path == "/v3/appendix/user_data"
        if self.error:
            raise self.error
        return httpx.Response(self.status, json=self.body)

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.body["tasks"][0]["result"][0]
        return facts


@pytest.fixture
def provider(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Provider:
    settings.HAS_DATAFORSEO = True
    settings.DATAFORSEO = {"login": "l", "password": PASSWORD, "url": "https://api.test"}
    wire = Provider()
    client = DataForSEO("l", PASSWORD, "https://api.test", httpx.MockTransport(wire))
    monkeypatch.setattr(engines, "dataforseo", lambda *, is_simulated: client)
    return wire


def found() -> dict[str, Finding]:
    return {finding.name: finding for finding in dataforseo.check(AT)}


def test_it_is_off_when_it_is_not_set_up(settings: Settings) -> None:
    settings.HAS_DATAFORSEO = False
    assert states(dataforseo.check(AT)) == {ACCOUNT: State.OFF}


def test_an_account_in_order_is_fine(provider: Provider) -> None:
    findings = found()
    assert states(list(findings.values())) == {
        ACCOUNT: State.OK,
        BALANCE: State.OK,
        PRICES: State.OK,
        LIMITS: State.OK,
    }
    assert findings[BALANCE].sentence == "$47.19 are left."
    assert CallCount.objects.get().call == "user_data"


def test_it_asks_at_most_once_a_minute_and_then_tells_what_it_knows(provider: Provider) -> None:
    AccountState.objects.create(name="dataforseo", balance=Decimal("12.5"), balance_at=AT)
    found()
    findings = found()
    assert provider.calls == 1
    assert findings[ACCOUNT].state == State.UNKNOWN
    assert "$12.50 were left on 21 November 2026" in findings[BALANCE].sentence


@pytest.mark.parametrize(("status", "code"), [(401, 40100), (402, 40200)])
def test_a_refused_account_is_bad_and_held(provider: Provider, status: int, code: int) -> None:
    provider.status = status
    provider.body = {"status_code": code, "status_message": "No.", "tasks": None}
    finding = found()[ACCOUNT]
    assert finding.state == State.BAD
    assert PASSWORD not in finding.sentence + finding.remedy
    assert AccountState.objects.get(name="dataforseo").held_at == AT


@pytest.mark.parametrize("error", [httpx.ConnectError("no way"), httpx.ReadTimeout("silence")])
def test_a_provider_that_does_not_answer_tells_nothing(provider: Provider, error: Exception) -> None:
    provider.error = error
    assert found()[ACCOUNT].state == State.UNKNOWN


def test_a_hold_is_told_and_tried_soon(provider: Provider) -> None:
    later = AT + timedelta(minutes=30)
    AccountState.objects.create(
        name="dataforseo", cause="account", message="Not let in.", held_at=AT, probe_at=later
    )
    finding = dataforseo.check(AT)[0]
    assert finding.state == State.BAD
    assert "Held since 21 November 2026, 12:00 UTC. Not let in." in finding.sentence
    assert AccountState.objects.get().probe_at == AT


def test_trouble_of_the_provider_is_only_waited_for(provider: Provider) -> None:
    AccountState.objects.create(name="dataforseo", cause="provider", message="Down.", held_at=AT)
    assert dataforseo.check(AT)[0].state == State.WARNING


def test_the_sandbox_is_named(provider: Provider, settings: Settings) -> None:
    settings.DATAFORSEO = {**settings.DATAFORSEO, "url": "https://sandbox.dataforseo.com"}
    assert "sandbox" in found()[ACCOUNT].sentence


@pytest.mark.parametrize(
    ("left", "spent", "state"),
    [
        ("47", "0", State.OK),
        ("47", "30", State.OK),
        ("4.99", "0", State.WARNING),
        ("6.9", "30", State.WARNING),
        ("0.99", "0", State.BAD),
        ("-3", "1", State.BAD),
    ],
)
def test_it_judges_the_balance_by_dollars_and_days(left: str, spent: str, state: State) -> None:
    assert dataforseo.balance(Decimal(left), Decimal(spent)).state == state


def spend(cost: str, *, days_ago: int = 1, is_demo: bool = False, number: int = 1) -> None:
    image = make_image(make_collection(make_workspace(is_demo=is_demo)))
    search = make_search(make_target(image))
    ProviderTask.objects.create(
        search=search,
        provider="dataforseo",
        tag=f"tag{number}",
        cost=Decimal(cost),
        posted_at=AT - timedelta(days=days_ago),
    )


def test_it_reckons_with_the_real_spending_of_a_month(provider: Provider) -> None:
    spend("30", number=1)
    spend("500", number=2, is_demo=True)
    spend("500", number=3, days_ago=31)
    assert "about 47 days" in found()[BALANCE].sentence


def test_other_prices_need_a_look(provider: Provider) -> None:
    provider.facts["price"]["serp"]["task_post"]["priority_high"][0]["cost"] = 0.002
    finding = found()[PRICES]
    assert finding.state == State.WARNING
    assert "$0.0006 at normal priority and $0.002 at high priority" in finding.sentence


def test_prices_that_are_not_told_are_unknown(provider: Provider) -> None:
    del provider.facts["price"]
    assert found()[PRICES].state == State.UNKNOWN


def test_tight_limits_need_a_look(provider: Provider) -> None:
    provider.facts["rates"]["limits"]["minute"]["serp"]["id_list"] = 1
    finding = found()[LIMITS]
    assert finding.state == State.WARNING
    assert "id_list (1)" in finding.sentence


def test_limits_that_are_not_told_are_unknown() -> None:
    assert dataforseo.calls({}).state == State.UNKNOWN


@pytest.mark.parametrize(("spent", "state"), [("7.99", State.OK), ("8", State.WARNING)])
def test_it_judges_what_a_day_may_cost(spent: str, state: State) -> None:
    facts = AccountFacts(balance=Decimal(50), day_limit=Decimal(10), spent_today=Decimal(spent))
    assert states(dataforseo.day(facts)) == {DAY: state}
