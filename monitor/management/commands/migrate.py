"""`manage.py migrate`, one at a time however many machines start at once."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections

# Any number that nothing else in this database uses.
LOCK = 7_263_840_151


class Command(migrate.Command):
    """Django's own command under an advisory lock; a second one waits and then finds nothing to do."""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with connections[options["database"]].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        except OperationalError as error:
            raise CommandError(f"The database cannot be reached: {error}") from error
        try:
            super().handle(*args, **options)
        finally:
            with connections[options["database"]].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
