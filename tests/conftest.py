"""Fixtures of the whole suite."""

import pytest

from tests.environment import start_server


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django's own hook just before it makes the test database: the server must run by then."""
    start_server()
