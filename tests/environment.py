"""Loaded by pytest before Django's settings: a data folder of its own, and no real credentials.

Without DATABASE_URL one throw-away PostgreSQL server is started when a test first needs it. Under pytest-xdist
all processes share one, which the controller starts beforehand.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from monitor.embedded.cluster import password
from monitor.embedded.postgres import Postgres
from monitor.env import NAMES

IS_XDIST_WORKER = "PYTEST_XDIST_WORKER" in os.environ

if not IS_XDIST_WORKER:
    database_url = os.environ.get("DATABASE_URL", "")
    for name in NAMES:
        # Set to nothing, not removed: an unset name would be looked up in the checkout's .env file.
        os.environ[name] = ""
        os.environ.pop(f"{name}_FILE", None)
    os.environ["DATABASE_URL"] = database_url
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="whereabouts-tests-")
    os.environ["SECRET_KEY"] = "a key for tests only, of more than fifty characters"

DATA_DIR = Path(os.environ["DATA_DIR"])
# Settings read the password, long before the server is needed.
password(DATA_DIR)
server = Postgres(DATA_DIR, durable=False)


def start_server() -> None:
    """Start the throw-away server unless it runs already, or DATABASE_URL names another."""
    if not os.environ["DATABASE_URL"] and not server.is_running():
        server.start()


def pytest_configure(config: pytest.Config) -> None:
    """Under pytest-xdist the server belongs to the controller, which outlives the others."""
    if not IS_XDIST_WORKER and getattr(config.option, "numprocesses", None):
        start_server()


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    if not IS_XDIST_WORKER:
        server.stop()
        shutil.rmtree(DATA_DIR, ignore_errors=True)
