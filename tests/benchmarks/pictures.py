"""Watched pictures for the simulator to look at, without the whole app around them."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from zlib import crc32

from tests.factories import a_jpeg


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """A picture of its own for each path."""
        body = a_jpeg(crc32(self.path.encode()))
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serve_pictures() -> Iterator[str]:
    """On loopback, on any free port; yields the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
