"""What was paid for is written down although the database server went away for a while."""

import pytest
from django.db import OperationalError, connection

from monitor.models import RateBucket
from monitor.pipeline.walking import patience

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "BETWEEN_SECONDS", 0.0)


def test_it_writes_when_the_server_is_back() -> None:
    tries = []

    def write() -> None:
        tries.append(1)
        if len(tries) == 1:
            with connection.cursor() as cursor:  # as a server that is stopped ends its sessions
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        RateBucket.objects.create(name="x")

    patience.patiently(write)
    assert (RateBucket.objects.count(), len(tries)) == (1, 2)


def test_it_gives_up_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "TRIES", 2)
    tries = []

    def write() -> None:
        tries.append(1)
        raise OperationalError

    with pytest.raises(OperationalError):
        patience.patiently(write)
    assert len(tries) == 3


def test_a_mistake_of_ours_is_not_repeated() -> None:
    tries = []

    def write() -> None:
        tries.append(1)
        raise ValueError

    with pytest.raises(ValueError):
        patience.patiently(write)
    assert len(tries) == 1
