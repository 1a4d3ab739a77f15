"""Connections that go to the checked address, whatever a name may mean by now, and that end in time."""

import ssl
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import httpcore

from .deadlines import Deadline

# Address, port and seconds to a stream; replaced in tests.
Connect = Callable[[str, int, float], httpcore.NetworkStream]

MAX_TRIED = 4


class NotSecure(Exception):
    """TLS could not be agreed on, or the certificate is not the host's."""


def connect_tcp(address: str, port: int, timeout: float) -> httpcore.NetworkStream:
    """A plain TCP stream to an address."""
    return httpcore.SyncBackend().connect_tcp(address, port, timeout)


@cache
def public_certificates() -> ssl.SSLContext:
    """Certificates are checked against the host's name, by the usual authorities; made once, it takes long."""
    return httpcore.default_ssl_context()


class PinnedNetwork(httpcore.NetworkBackend):
    """Connects to the given addresses, in order, and never looks a name up."""

    def __init__(self, addresses: Sequence[str], port: int, connect: Connect, deadline: Deadline) -> None:
        self._addresses = addresses[:MAX_TRIED]
        self._port = port
        self._connect = connect
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A stream to the first address that answers; each has its share of the time that is left."""
        error: Exception = httpcore.ConnectError("no address")
        for tried, address in enumerate(self._addresses):
            share = self._deadline.remaining() / (len(self._addresses) - tried)
            try:
                return TimedStream(self._connect(address, self._port, share), self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                error = failure
        raise error


class TimedStream(httpcore.NetworkStream):
    """A stream whose every step has only the time that is left, so that a slow drip ends too."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.remaining())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.remaining())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.remaining())
        except httpcore.ConnectError as error:
            raise NotSecure from error
        return TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # httpcore's own signature
        return self._stream.get_extra_info(info)
