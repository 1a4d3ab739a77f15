"""Migrations happen one at a time."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from monitor.management.locking import LOCK

pytestmark = pytest.mark.django_db(transaction=True)


def is_locked() -> bool:
    """Somebody holds or awaits the advisory lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", [LOCK % 2**32]
        )
        return bool(cursor.fetchone()[0])


def test_it_waits_for_another_migration() -> None:
    def migrate() -> None:
        call_command("migrate", verbosity=0)
        connections.close_all()

    second = threading.Thread(target=migrate)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        second.start()
        second.join(1.0)
        assert second.is_alive()
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    second.join(30.0)
    assert not second.is_alive()
    assert not is_locked()


def test_it_leaves_the_lock_after_a_mistake() -> None:
    with pytest.raises(CommandError, match="No installed app"):
        call_command("migrate", "nowhere", verbosity=0)
    assert not is_locked()
