"""Waiting for the tables: only `up` and `migrate` make them."""

import time

from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

PAUSE = 1.0
TABLES_MISSING = "The tables are not up to date: run manage.py migrate (make up does it by itself)."


def wait_for_tables(seconds: float) -> None:
    """Return when every migration is applied; a sentence when that is not so in time."""
    deadline = time.monotonic() + seconds
    while trouble := _trouble():
        if time.monotonic() > deadline:
            raise CommandError(trouble)
        time.sleep(PAUSE)


def _trouble() -> str:
    try:
        executor = MigrationExecutor(connection)
        is_behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except OperationalError as error:
        return f"The database cannot be reached: {error}".strip()
    finally:
        connection.close()
    return TABLES_MISSING if is_behind else ""
