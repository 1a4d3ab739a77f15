"""What the tests of telling share."""

import pytest
from pytest_django.fixtures import Settings

from monitor.env.links import EmailServer
from tests.alerts.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def mail_server(settings: Settings) -> EmailServer:
    """The app believes that it has a mail server; messages go to django.core.mail.outbox."""
    server = EmailServer(
        host="mail.example",
        port=587,
        user="",
        password="",
        starttls=False,
        ssl=False,
        sender="w@halden.example",
    )
    settings.EMAIL_CONFIG = server
    settings.DEFAULT_FROM_EMAIL = server.sender
    settings.BASE_URL = settings.PUBLIC_URL = "https://whereabouts.example"
    return server
