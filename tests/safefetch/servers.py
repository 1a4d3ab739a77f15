"""Real servers on loopback that play the outside world, and an inside that must never be reached."""

import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpcore
import pytest
import trustme

from monitor.safefetch import Fetched, Fetcher, FetchError
from monitor.safefetch.connecting import connect_tcp

PUBLIC = "93.184.216.34"
SHOP = "http://pictures.shop-a.com"
PICTURE = b"\x89PNG picture" * 50


@dataclass(kw_only=True)
class Reply:
    """What a path answers with; `pieces` are sent one after another, `gap` seconds apart."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    pieces: Iterator[bytes] | None = None
    gap: float = 0.0


@dataclass(kw_only=True)
class Seen:
    """One request as the server saw it."""

    path: str
    headers: dict[str, str]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append(Seen(path=self.path, headers=headers))
        reply = self.server.replies.get(self.path, Reply(status=404))
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.pieces is None and "Content-Length" not in reply.headers:
            self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.body)
        for piece in reply.pieces or ():
            self.wfile.write(piece)
            if self.server.closing.wait(reply.gap):
                return

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


class Server(ThreadingHTTPServer):
    """Answers by path, and remembers who asked."""

    daemon_threads = True

    def __init__(self, replies: Mapping[str, Reply]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies = replies
        self.seen: list[Seen] = []
        self.closing = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is what these tests are about."""


@cache
def authority() -> trustme.CA:
    """Who signs the certificates of these servers; made anew for each run of the tests."""
    return trustme.CA()


@contextmanager
def serving(replies: Mapping[str, Reply] | None = None, *, secure: bool = False) -> Iterator[Server]:
    """A running server; `secure` gives it the certificate for pictures.shop-a.com."""
    server = Server(replies or {})
    if secure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority().issue_cert("pictures.shop-a.com").configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


class Names:
    """A resolver from a table (a_b_com=[…]) that knows every other name as PUBLIC."""

    def __init__(self, **names: Sequence[str]) -> None:
        self.asked: list[str] = []
        self._names = names

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self._names.get(host.replace(".", "_"), [PUBLIC])


class Wires:
    """Connects every address to one local port, and remembers which address was wanted."""

    def __init__(self, port: int) -> None:
        self.wanted: list[tuple[str, int]] = []
        self._port = port

    def __call__(self, address: str, port: int, timeout: float) -> httpcore.NetworkStream:
        self.wanted.append((address, port))
        return connect_tcp("127.0.0.1", self._port, timeout)


def got(
    replies: Mapping[str, Reply], path: str = "/p", *, max_bytes: int = 1000, deadline: float = 5
) -> Fetched:
    """What fetching a path of SHOP brings when it answers so."""
    with serving(replies) as server:
        fetcher = Fetcher(resolve=Names(), connect=Wires(server.port))
        return fetcher.fetch(SHOP + path, max_bytes=max_bytes, deadline=deadline)


def refused(replies: Mapping[str, Reply], path: str = "/p", *, deadline: float = 5) -> FetchError:
    """Why fetching a path of SHOP fails when it answers so."""
    with pytest.raises(FetchError) as refusal:
        got(replies, path, deadline=deadline)
    return refusal.value
