"""Waiting for the tables."""

from collections.abc import Callable
from typing import NoReturn

import pytest
from django.core.management.base import CommandError
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor

from monitor.management import waiting
from monitor.management.waiting import wait_for_tables


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause between two looks."""
    monkeypatch.setattr(waiting, "PAUSE", 0.0)


def planned(*plans: list[object]) -> Callable[..., list[object]]:
    """What is left to migrate, look by look."""
    left = iter(plans)
    return lambda self, targets: next(left)


@pytest.mark.django_db(transaction=True)
def test_it_goes_on_when_all_is_migrated() -> None:
    wait_for_tables(0.0)


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_the_last_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", planned(["a", "b"], ["b"], []))
    wait_for_tables(60.0)


@pytest.mark.django_db(transaction=True)
def test_it_says_what_to_run_when_tables_stay_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", planned(["a"]))
    with pytest.raises(CommandError, match=r"run manage\.py migrate"):
        wait_for_tables(-1.0)


def test_it_says_when_there_is_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(connection: object) -> NoReturn:
        raise OperationalError("connection refused")

    monkeypatch.setattr(waiting, "MigrationExecutor", refuse)
    with pytest.raises(CommandError, match="The database cannot be reached: connection refused"):
        wait_for_tables(-1.0)
