"""`manage.py migrate`, one at a time however many machines start at once."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections

from monitor.management.locking import advisory_lock


class Command(migrate.Command):
    """Django's own command under an advisory lock; a second one waits and then finds nothing to do."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        # Before the system checks, some of which ask the database.
        try:
            connections[options["database"]].ensure_connection()
        except OperationalError as error:
            raise CommandError(f"The database cannot be reached: {error}") from error
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        with advisory_lock(options["database"]):
            super().handle(*args, **options)
