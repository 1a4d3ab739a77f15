"""Ports: taken, free, remembered, answering."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from monitor.embedded.errors import EmbeddedError
from monitor.embedded.ports import answers, check_port, listens, remembered_port


@pytest.fixture
def taken() -> Iterator[int]:
    """A port of loopback that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


class Health(BaseHTTPRequestHandler):
    """200 for /health/ under one name, 400 for others."""

    def do_GET(self) -> None:
        is_known = self.path == "/health/" and self.headers["Host"] == "wa.example"
        self.send_response(200 if is_known else 400)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_it_refuses_a_taken_port_and_names_the_variable(taken: int, host: str) -> None:
    with pytest.raises(EmbeddedError, match=f"port {taken} is in use by another program.*PORT"):
        check_port(host, taken)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "203.0.113.7"])
def test_it_refuses_a_host_that_is_not_this_machine(host: str) -> None:
    with pytest.raises(EmbeddedError, match=f"HOST '{host}'"):
        check_port(host, 1)


def test_it_accepts_a_free_port(tmp_path: Path) -> None:
    check_port("127.0.0.1", remembered_port(tmp_path / "port"))


def test_it_keeps_its_port(tmp_path: Path) -> None:
    port = remembered_port(tmp_path / "port")
    assert remembered_port(tmp_path / "port") == port


@pytest.mark.parametrize("note", ["", "ninety", "99999"])
def test_it_does_without_a_usable_note(tmp_path: Path, note: str) -> None:
    (tmp_path / "port").write_text(note)
    port = remembered_port(tmp_path / "port")
    assert 1023 < port < 65536
    assert (tmp_path / "port").read_text() == f"{port}\n"


def test_it_takes_another_port_when_its_own_is_taken(tmp_path: Path, taken: int) -> None:
    (tmp_path / "port").write_text(str(taken))
    assert remembered_port(tmp_path / "port") != taken


def test_it_sees_who_listens(taken: int, tmp_path: Path) -> None:
    assert listens("127.0.0.1", taken)
    assert not listens("127.0.0.1", remembered_port(tmp_path / "port"))


def test_it_sees_a_healthy_answer_under_the_right_name() -> None:
    with HTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        assert answers("127.0.0.1", port, "/health/", "wa.example")
        assert not answers("127.0.0.1", port, "/health/", "other.example")
        server.shutdown()
    assert not answers("127.0.0.1", port, "/health/", "wa.example")
