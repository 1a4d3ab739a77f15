"""Probes."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from monitor.models import Search, WorkerNode
from tests.factories import make_search, make_target


def test_it_is_alive_without_signing_in(client: Client, db: None) -> None:
    response = client.get("/health/")
    assert (response.status_code, response.json()) == (200, {"database": "ok"})
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/health/", "/health/ready/"])
def test_it_says_that_the_database_is_gone(client: Client, db: None, path: str) -> None:
    with patch.object(connection, "cursor", side_effect=OperationalError("the server is gone")):
        response = client.get(path)
    assert (response.status_code, response.json()) == (503, {"database": "unreachable"})


def test_it_is_ready_with_nothing_to_do(client: Client, db: None) -> None:
    assert client.get("/health/ready/").json() == {
        "database": "ok",
        "oldest_due_search_seconds": None,
        "workers_seen": 0,
        "holds": {"dataforseo": 0, "yandex": 0},
    }


def test_it_tells_how_the_work_stands(client: Client, db: None) -> None:
    now = timezone.now()
    make_search(make_target(), not_before=now - timedelta(seconds=90))
    make_search(make_target(provider="yandex"), state=Search.State.HELD, not_before=now - timedelta(hours=1))
    WorkerNode.objects.create(name="here", pid=1, seen_at=now)
    WorkerNode.objects.create(name="silent", pid=2, seen_at=now - timedelta(minutes=3))
    state = client.get("/health/ready/").json()
    assert 90 <= state["oldest_due_search_seconds"] < 3600
    assert state["workers_seen"] == 1
    assert state["holds"] == {"dataforseo": 0, "yandex": 1}
