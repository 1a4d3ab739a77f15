"""Connections end in time, go to the host's addresses, and are private when they say so."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import repeat

import httpcore
import pytest

from monitor.safefetch import Fetched, Fetcher, FetchError

from .servers import PICTURE, PUBLIC, SHOP, Names, Reply, Wires, authority, refused, serving


def test_it_ends_a_slow_drip_at_the_deadline() -> None:
    error = refused({"/p": Reply(pieces=repeat(b"x"), gap=0.02)}, deadline=0.4)
    assert "took too long" in error.sentence and not error.permanent


def test_it_shares_one_deadline_among_redirects() -> None:
    slow = Reply(status=302, headers={"Location": "/p"}, pieces=iter(()), gap=0)
    with serving({"/p": slow}) as server:
        wires = Wires(server.port)

        def slowly(address: str, port: int, timeout: float) -> httpcore.NetworkStream:
            time.sleep(0.2)
            return wires(address, port, timeout)

        with pytest.raises(FetchError, match="took too long"):
            Fetcher(resolve=Names(), connect=slowly).fetch(SHOP + "/p", max_bytes=100, deadline=0.5)
        assert len(server.seen) <= 3


def test_it_ends_when_names_take_too_long() -> None:
    done = threading.Event()

    def stuck(host: str, port: int) -> Sequence[str]:
        done.wait(20)
        return [PUBLIC]

    fetcher = Fetcher(resolve=stuck)
    with pytest.raises(FetchError, match="took too long") as refusal:
        fetcher.fetch(SHOP, max_bytes=100, deadline=0.2)
    assert not refusal.value.permanent
    assert not fetcher.is_public_url(SHOP, deadline=0.1)
    done.set()


@pytest.mark.parametrize(("errno", "permanent"), [(socket.EAI_NONAME, True), (socket.EAI_AGAIN, False)])
def test_it_says_that_a_name_was_not_found(errno: int, permanent: bool) -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(errno, "no")

    with pytest.raises(FetchError, match=r"pictures\.shop-a\.com was not found") as refusal:
        Fetcher(resolve=unknown).fetch(SHOP, max_bytes=100, deadline=5)
    assert refusal.value.permanent is permanent


@contextmanager
def hanging_up_after(answer: bytes) -> Iterator[int]:
    """A port whose server answers one request with these bytes and then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                with suppress(OSError):
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    ],
    ids=["nothing", "ssh", "short", "headers", "chunks", "lengths"],
)
def test_it_explains_a_broken_answer(answer: bytes) -> None:
    with hanging_up_after(answer) as port:
        fetcher = Fetcher(resolve=Names(), connect=Wires(port))
        with pytest.raises(FetchError) as refusal:
            fetcher.fetch(SHOP, max_bytes=1000, deadline=5)
        assert not refusal.value.permanent
        assert "pictures.shop-a.com" in refusal.value.sentence


def test_it_tries_the_hosts_other_addresses() -> None:
    names = Names(pictures_shop_a_com=["2606:2800::1", PUBLIC])
    with serving({"/p": Reply(body=PICTURE)}) as server:
        wires = Wires(server.port)

        def connect(address: str, port: int, timeout: float) -> httpcore.NetworkStream:
            if ":" in address:
                raise httpcore.ConnectError("no route")
            return wires(address, port, timeout)

        fetched = Fetcher(resolve=names, connect=connect).fetch(SHOP + "/p", max_bytes=1000, deadline=5)
    assert fetched.content == PICTURE


def test_it_says_that_a_host_cannot_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    fetcher = Fetcher(resolve=Names(), connect=Wires(port))
    with pytest.raises(FetchError, match="could not be reached") as refusal:
        fetcher.fetch(SHOP, max_bytes=100, deadline=5)
    assert not refusal.value.permanent


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority().configure_trust(context)
    return context


def test_it_checks_the_certificate_against_the_hosts_name() -> None:
    with serving({"/p": Reply(body=PICTURE)}, secure=True) as server:
        wires = Wires(server.port)
        fetcher = Fetcher(resolve=Names(), connect=wires, certificates=trusting())
        fetched = fetcher.fetch("https://pictures.shop-a.com/p", max_bytes=1000, deadline=5)
        assert fetched == Fetched(content=PICTURE, url="https://pictures.shop-a.com/p")
        assert wires.wanted == [(PUBLIC, 443)]
        with pytest.raises(FetchError, match=r"secure connection to other\.shop-a\.com could not"):
            fetcher.fetch("https://other.shop-a.com/p", max_bytes=1000, deadline=5)


def test_it_trusts_only_the_usual_authorities() -> None:
    with serving({"/p": Reply(body=PICTURE)}, secure=True) as server:
        with pytest.raises(FetchError, match="secure connection"):
            Fetcher(resolve=Names(), connect=Wires(server.port)).fetch(
                "https://pictures.shop-a.com/p", max_bytes=1000, deadline=5
            )
        assert server.seen == []


@contextmanager
def dripping(start: bytes, piece: bytes) -> Iterator[int]:
    """A port whose server begins so and then repeats itself, slowly, until its client goes away."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.sendall(start)
                while True:
                    connection.sendall(piece)
                    time.sleep(0.02)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


@pytest.mark.parametrize(
    ("scheme", "start", "piece"),
    [
        ("http", b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        ("http", b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        ("https", b"\x16\x03\x03\x40\x00", b"\0"),  # a TLS record of 16 kB
    ],
    ids=["headers", "continues", "handshake"],
)
def test_it_ends_what_never_comes_to_the_body(scheme: str, start: bytes, piece: bytes) -> None:
    with dripping(start, piece) as port, pytest.raises(FetchError, match="took too long"):
        Fetcher(resolve=Names(), connect=Wires(port)).fetch(
            f"{scheme}://pictures.shop-a.com/", max_bytes=100, deadline=0.3
        )
