"""The ground that a benchmark stands on: a database and a simulator of its own, gone afterwards."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from monitor.env.reading import CHECKOUT
from tests import environment


@contextmanager
def own_database() -> Iterator[None]:
    """A fresh, migrated database: on the server of DATABASE_URL, or on a throw-away one without fsync."""
    environment.start_server()
    try:
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(str(name), verbosity=0)
    finally:
        environment.pytest_unconfigure()


@contextmanager
def simulator(state: Path | None = None) -> Iterator[str]:
    """The provider simulator in a process of its own; yields its address."""
    argv = [sys.executable, "manage.py", "simulator", "--port=0", *([f"--state={state}"] if state else [])]
    process = subprocess.Popen(argv, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield process.stdout.readline().split()[-1].rstrip("/")
    finally:
        process.terminate()
        process.wait()
