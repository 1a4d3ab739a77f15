"""The thread beside the pages."""

from unittest.mock import patch

import pytest
from django.db import OperationalError, connection

from monitor import lookout
from monitor.alerts import telling
from monitor.models import Trouble


def test_it_notices_that_no_worker_is_seen(db: None) -> None:
    with patch.object(connection, "close") as close:
        lookout.look()
    assert Trouble.objects.get().kind == Trouble.Kind.WORKERS
    close.assert_called_once()


def test_a_database_that_is_away_is_no_news(db: None, caplog: pytest.LogCaptureFixture) -> None:
    gone = OperationalError("the server is gone")
    with patch.object(telling, "stand_in", side_effect=gone), patch.object(connection, "close") as close:
        lookout.look()
    assert "did not answer" in caplog.text
    close.assert_called_once()
