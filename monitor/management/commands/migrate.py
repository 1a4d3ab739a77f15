"""`manage.py migrate`, one at a time however many machines start at once."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections

from monitor.management.locking import advisory_lock


class Command(migrate.Command):
    """Django's own command under an advisory lock; a second one waits and then finds nothing to do."""

    def handle(self, *args: Any, **options: Any) -> None:
        database = options["database"]
        try:
            connections[database].ensure_connection()
        except OperationalError as error:
            raise CommandError(f"The database cannot be reached: {error}") from error
        with advisory_lock(database):
            super().handle(*args, **options)
