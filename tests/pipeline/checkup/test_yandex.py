"""Yandex, which is never asked: our own books tell how it went."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from monitor.models import AccountState, ProviderTask
from monitor.pipeline.checkup import yandex
from monitor.pipeline.checkup.accounts import ACCOUNT
from monitor.pipeline.checkup.findings import Finding, State
from tests.factories import make_collection, make_image, make_search, make_target, make_workspace
from tests.pipeline.checkup.conftest import AT, states

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def account(settings: Settings) -> None:
    settings.HAS_YANDEX = True
    settings.YANDEX = {"api_key": "hush-hush", "iam_token": "", "folder_id": "f", "url": "https://api.test"}


def called(at: datetime, state: str = "collected", *, is_demo: bool = False, message: str = "") -> None:
    image = make_image(make_collection(make_workspace(is_demo=is_demo)))
    ProviderTask.objects.create(
        search=make_search(make_target(image, "yandex")),
        provider="yandex",
        tag=f"tag{image.pk}",
        state=state,
        posted_at=at,
        message=message,
    )


def first() -> Finding:
    return yandex.check(AT)[0]


def test_it_is_off_when_it_is_not_set_up(settings: Settings) -> None:
    settings.HAS_YANDEX = False
    assert states(yandex.check(AT)) == {ACCOUNT: State.OFF}


def test_an_account_that_was_never_asked_is_unknown(account: None) -> None:
    assert first().state == State.UNKNOWN
    assert "without paying" in first().sentence


def test_a_call_of_the_simulator_proves_nothing(account: None) -> None:
    called(AT - HOUR, is_demo=True)
    assert first().state == State.UNKNOWN


def test_a_call_that_succeeded_lately_is_fine(account: None) -> None:
    called(AT - HOUR)
    called(AT - 2 * HOUR, "refused", message="Bad picture.")
    assert first().state == State.OK
    assert "21 November 2026, 11:00 UTC" in first().sentence


def test_a_call_that_succeeded_long_ago_proves_little(account: None) -> None:
    called(AT - timedelta(days=11))
    assert first().state == State.UNKNOWN


def test_a_failure_since_needs_a_look(account: None) -> None:
    called(AT - 2 * HOUR)
    called(AT - HOUR, "refused", message="Bad picture.")
    assert first().state == State.WARNING
    assert "Bad picture." in first().sentence


def test_a_hold_is_bad(account: None) -> None:
    AccountState.objects.create(name="yandex", cause="account", message="The key has expired.", held_at=AT)
    assert first().state == State.BAD
    assert "The key has expired." in first().sentence


def test_a_token_in_place_of_a_key_needs_a_look(account: None, settings: Settings) -> None:
    settings.YANDEX = {**settings.YANDEX, "api_key": "", "iam_token": "hush-hush"}
    finding = yandex.check(AT)[1]
    assert finding.state == State.WARNING
    assert "hush" not in finding.sentence + finding.remedy


def test_the_price_is_told(account: None) -> None:
    assert "$0.0075 a call." in yandex.check(AT)[-1].sentence
