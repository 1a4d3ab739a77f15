"""The start check: a server that is new enough and knows letters beyond ASCII."""

import pytest
from django.core.checks import run_checks
from django.db import connection

from monitor import checks

pytestmark = pytest.mark.django_db


def faults() -> list[str | None]:
    return [
        fault.id
        for fault in run_checks(databases=["default"])
        if fault.id and fault.id.startswith("monitor.")
    ]


def test_the_servers_that_we_support_pass() -> None:
    assert faults() == []


def test_an_old_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "OLDEST", 990_000)
    assert faults() == ["monitor.E001"]


def test_a_server_that_knows_only_ascii_letters_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql AS 'SELECT $1'")
        cursor.execute("SET LOCAL search_path TO public, pg_catalog")
    assert faults() == ["monitor.E002"]
