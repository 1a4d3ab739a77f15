"""Serving the simulator on loopback: one thread per connection, kept open between calls."""

import io
import socket
import sys
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from monitor.simulator.app import Simulator
from monitor.simulator.parts import parts_of
from monitor.simulator.state import State
from monitor.simulator.webhooks import Webhooks
from monitor.simulator.wire import Dropped

IDLE_SECONDS = 60


class Server:
    """A running simulator; use it as a context manager, or close it."""

    def __init__(self, host: str, port: int, state: State, *, restless: bool) -> None:
        self._state = state
        parts = parts_of(state, restless=restless)
        self._tcp = _Tcp((host, port), Simulator(parts))
        self._webhooks = Webhooks(parts)
        self.port: int = self._tcp.server_address[1]
        self.url = f"http://{host}:{self.port}"
        self._thread = Thread(target=self._tcp.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every connection and close the state."""
        self._tcp.shutdown()
        self._tcp.server_close()
        self._thread.join()
        self._webhooks.close()
        self._state.close()


def serve(
    host: str = "127.0.0.1", port: int = 0, state: Path | None = None, restless: bool = False
) -> Server:
    """Start the simulator; port 0 is any free one, state None forgets everything at the end."""
    return Server(host, port, State(state), restless=restless)


class _Tcp(ThreadingMixIn, TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], app: Simulator) -> None:
        self.app = app
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection while it lasts, so that closing can end it."""
        self._open.add(request)
        try:
            super().finish_request(request, client_address)
        finally:
            self._open.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is nothing to report."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        """End the connections that callers keep open, then wait for their threads."""
        for connection in list(self._open):
            _end(connection)
        super().server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Tcp

    def do_GET(self) -> None:
        """Hand the call to the application."""
        try:
            body = b"".join(self.server.app(self._environ(), self._start))
        except Dropped:
            self.close_connection = True
            _end(self.connection)
            return
        self.wfile.write(body)

    do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def _start(self, status: str, headers: Iterable[tuple[str, str]]) -> None:
        code, _, phrase = status.partition(" ")
        self.send_response(int(code), phrase)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def _environ(self) -> dict[str, Any]:
        parts = urlsplit(self.path)
        names = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length)) if length.isdigit() else b""
        return names | {
            "REQUEST_METHOD": self.command,
            "REMOTE_ADDR": self.client_address[0],
            "PATH_INFO": unquote(parts.path),
            "QUERY_STRING": parts.query,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }


def _end(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the caller was quicker
