"""What must be true of the database before anything is kept in it."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

OLDEST = 150_000
TOO_OLD = "The database server is PostgreSQL {version}; Whereabouts needs 15 or newer."
WRONG_LOCALE = (
    "The database does not know that Ж and ж are the same letter, so words could not be found in every script. "
    "Make it with a UTF-8 locale, for example: createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 NAME"
)


@register(Tags.database)
def check_server(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Runs before migrations: the server's version and its idea of letters."""
    return [error for name in databases or () for error in _faults(name)]


def _faults(name: str) -> list[CheckMessage]:
    with connections[name].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, version = cursor.fetchone()
        cursor.execute("SELECT lower('Ж') = 'ж'")
        (knows_letters,) = cursor.fetchone()
    faults: list[CheckMessage] = []
    if number < OLDEST:
        faults.append(Error(TOO_OLD.format(version=version), id="monitor.E001"))
    if not knows_letters:
        faults.append(Error(WRONG_LOCALE, id="monitor.E002"))
    return faults
