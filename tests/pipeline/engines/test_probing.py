"""Held accounts are probed ever more rarely, by one worker; a success lets everything go on."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from monitor.models import AccountState, Provider, RateBucket, Search, Trouble
from monitor.pipeline import posting, walking
from monitor.pipeline.engines import Account, holds, probing
from tests.factories import make_search, make_target
from tests.pipeline.conftest import Google, Pages

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
GOOGLE = Account(provider=Provider.DATAFORSEO, is_simulated=False)
YANDEX = Account(provider=Provider.YANDEX, is_simulated=False)
Cause = AccountState.Cause
NO_KEY = httpx.Response(401, json={"code": 16, "message": "Unknown api key"})


def minutes(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


def on_google() -> Search:
    return make_search(make_target(location_code=2840, language_code="en"))


def held(account: Account = GOOGLE) -> AccountState:
    return AccountState.objects.get(name=account.name)


def test_a_success_releases_and_notes_the_balance(google: Google) -> None:
    search = on_google()
    holds.hold(GOOGLE, Cause.BALANCE, "Payment required.", NOW)
    google.balance = "12.5"
    probing.probe_due(minutes(4))
    assert holds.is_held(GOOGLE)
    probing.probe_due(minutes(5))
    assert (holds.is_held(GOOGLE), held().balance) == (False, Decimal("12.5"))
    posting.post_due(minutes(5))
    search.refresh_from_db()
    assert search.state == "waiting"


def test_a_balance_below_the_floor_keeps_it_held(google: Google) -> None:
    holds.hold(GOOGLE, Cause.BALANCE, "Payment required.", NOW)
    google.balance = "0.99"
    probing.probe_due(minutes(5))
    assert (holds.is_held(GOOGLE), held().probe_at) == (True, minutes(20))


def test_probes_that_fail_come_ever_more_rarely(google: Google) -> None:
    holds.hold(GOOGLE, Cause.ACCOUNT, "No.", NOW)
    google.http_status = 401
    for after, following in ((5, 20), (20, 80), (80, 140)):
        probing.probe_due(minutes(after))
        assert held().probe_at == minutes(following)
    assert Trouble.objects.filter(ended_at=None).count() == 1


def test_a_probe_whose_time_was_taken_by_another_worker_is_not_made_twice(google: Google) -> None:
    holds.hold(GOOGLE, Cause.ACCOUNT, "No.", NOW)
    assert probing._is_due(GOOGLE, minutes(5))
    assert not probing._is_due(GOOGLE, minutes(5))


def test_yandex_is_probed_by_one_search(yandex: Pages) -> None:
    for _ in range(3):
        make_search(make_target(None, Provider.YANDEX, pages=1))
    yandex.script = [NO_KEY] * 9
    walking.walk_due(NOW)
    asked = len(yandex.calls)
    assert set(Search.objects.values_list("state", "attempts")) == {("held", 0)}
    probing.probe_due(minutes(5))
    walking.walk_due(minutes(5))
    assert len(yandex.calls) == asked + 1
    assert set(Search.objects.values_list("state", "attempts")) == {("held", 0)}
    yandex.script = []
    yandex.pages = [["https://a.example.com/"]]
    probing.probe_due(minutes(20))
    for _ in range(2):
        RateBucket.objects.all().delete()
        Search.objects.filter(state=Search.State.PLANNED).hurry()
        walking.walk_due(minutes(20))
    assert set(Search.objects.values_list("state", flat=True)) == {"done"}
    assert Trouble.objects.get().ended_at == minutes(20)


def test_a_search_held_in_the_moment_of_the_release_goes_on(google: Google) -> None:
    search = make_search(make_target(), state=Search.State.HELD, held_for=Search.Hold.ACCOUNT)
    probing.probe_due(NOW)
    search.refresh_from_db()
    assert (search.state, search.held_for) == ("planned", "")


def test_what_waits_for_the_budget_is_not_the_probes_business(google: Google) -> None:
    search = make_search(make_target(), state=Search.State.HELD, held_for=Search.Hold.BUDGET)
    probing.probe_due(NOW)
    search.refresh_from_db()
    assert search.state == "held"


def test_a_low_balance_is_noticed_before_it_is_empty(google: Google) -> None:
    google.balance = "0.5"
    probing.check_balance(GOOGLE, NOW)
    assert (held().cause, held().balance) == ("balance", Decimal("0.5"))


def test_the_balance_is_read_once_an_hour_while_there_is_work(google: Google) -> None:
    probing.watch_balances(NOW)
    assert not AccountState.objects.exists()
    on_google()
    probing.watch_balances(NOW)
    RateBucket.objects.all().delete()
    google.balance = "20"
    probing.watch_balances(minutes(59))
    assert held().balance == Decimal(50)
    probing.watch_balances(minutes(61))
    assert held().balance == Decimal(20)
