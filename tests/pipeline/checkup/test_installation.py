"""How an installation is set."""

from typing import Any

import pytest
from pytest_django import Settings

from monitor.pipeline.checkup import installation
from monitor.pipeline.checkup.findings import Finding, State
from tests.factories import make_user, make_workspace
from tests.pipeline.checkup.conftest import AT, set_env

pytestmark = pytest.mark.django_db
REAL = {"dataforseo_login": "login", "dataforseo_password": "password"}


def finding(name: str) -> Finding:
    return next(finding for finding in installation.check(AT) if finding.name == name)


@pytest.mark.parametrize(
    ("is_on", "host", "state"),
    [(False, "0.0.0.0", State.OK), (True, "127.0.0.1", State.OK), (True, "0.0.0.0", State.BAD)],
)
def test_error_pages_with_details_are_for_this_machine_only(
    settings: Settings, is_on: bool, host: str, state: State
) -> None:
    set_env(settings, debug=is_on, host=host)
    assert finding(installation.DEBUG).state == state


def test_a_public_address_makes_it_public(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://shop-a.com"
    set_env(settings, debug=True)
    assert finding(installation.DEBUG).state == State.BAD


@pytest.mark.parametrize(
    ("env", "simulator_url", "public_url", "state"),
    [
        (REAL, "", "https://shop-a.com", State.OK),
        (REAL, "http://127.0.0.1:9000", "", State.WARNING),
        ({}, "http://127.0.0.1:9000", "", State.OFF),
        ({}, "http://127.0.0.1:9000", "https://shop-a.com", State.WARNING),
        ({"simulator": "off"}, "", "", State.WARNING),
    ],
)
def test_it_judges_the_simulator(
    settings: Settings, env: dict[str, Any], simulator_url: str, public_url: str, state: State
) -> None:
    settings.SIMULATOR_URL, settings.PUBLIC_URL = simulator_url, public_url
    set_env(settings, **env)
    assert finding(installation.SIMULATOR).state == state


def test_it_tells_of_a_demo_that_is_left(settings: Settings) -> None:
    settings.SIMULATOR_URL = ""
    set_env(settings, **REAL)
    assert "demo" not in finding(installation.SIMULATOR).sentence
    make_workspace(is_demo=True)
    left = finding(installation.SIMULATOR)
    assert "demo workspace" in left.sentence and "demo --remove" in left.remedy


def test_somebody_has_to_look_after_it() -> None:
    assert finding(installation.OPERATOR).state == State.BAD
    make_user(is_staff=True)
    assert finding(installation.OPERATOR).state == State.OK


def test_an_operator_who_may_not_sign_in_is_none() -> None:
    person = make_user(is_staff=True)
    person.is_active = False
    person.save()
    assert finding(installation.OPERATOR).state == State.BAD


@pytest.mark.parametrize(
    ("is_open", "host", "state"),
    [(False, "0.0.0.0", State.OK), (True, "127.0.0.1", State.OK), (True, "0.0.0.0", State.WARNING)],
)
def test_an_open_door_needs_a_look(settings: Settings, is_open: bool, host: str, state: State) -> None:
    settings.SIGNUP_OPEN = is_open
    set_env(settings, host=host)
    assert finding(installation.DOOR).state == state
