"""Fixtures of the whole suite."""

import pytest
from django.conf import settings

from tests.environment import start_server


def pytest_configure() -> None:
    """Quick password hashes, and static files straight from their folders instead of a collected copy."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django's own hook just before it makes the test database: the server must run by then."""
    start_server()
