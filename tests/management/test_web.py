"""How the pages are served."""

import pytest

from monitor.env import read_env
from monitor.management.commands.web import gunicorn_options


@pytest.mark.parametrize(
    ("host", "bind"), [("127.0.0.1", "127.0.0.1:9000"), ("::1", "[::1]:9000"), ("0.0.0.0", "0.0.0.0:9000")]
)
def test_it_listens_where_it_is_told_to(host: str, bind: str) -> None:
    options = gunicorn_options(read_env({"HOST": host, "PORT": "9000"}))
    assert f"--bind={bind}" in options
    assert options[-1] == "monitor.wsgi:application"
