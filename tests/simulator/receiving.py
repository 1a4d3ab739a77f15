"""A small receiver of webhooks on this machine."""

import gzip
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


class Receiver:
    """Takes webhooks and answers them with `status`, after `delay` seconds."""

    def __init__(self) -> None:
        self.status = 204
        self.delay = 0.0
        self.pings: list[dict[str, list[str]]] = []
        self.posts: list[Any] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                receiver.pings.append(parse_qs(urlsplit(self.path).query))
                time.sleep(receiver.delay)
                self.send_response(receiver.status)
                self.end_headers()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers["Content-Encoding"] == "gzip":
                    receiver.posts.append(json.loads(gzip.decompress(body)))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    @property
    def pinged(self) -> list[str]:
        """The tags in the order of their pingbacks."""
        return [ping["tag"][0] for ping in self.pings]

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
