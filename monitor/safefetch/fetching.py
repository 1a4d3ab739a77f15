"""A fetch from its first look-up to its last byte, redirects followed by hand."""

import re
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import httpcore

from .bodies import decode_inline, is_inline, read_capped
from .connecting import Connect, NotSecure, PinnedNetwork, connect_tcp, public_certificates
from .deadlines import Deadline, TimedOut
from .errors import FetchError
from .resolving import Resolver, public_addresses, system_resolver
from .targets import Target, is_simulated, not_public, parse

MAX_REDIRECTS = 4
NAME = "Whereabouts/0.1"
PURPOSE = "looks at pictures that search engines found"
REDIRECTS = (301, 302, 303, 307, 308)
WORTH_ANOTHER_TRY = (401, 403, 408, 425, 429)


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What was found, and at which address in the end ("data:" for a picture written into its address)."""

    content: bytes
    url: str


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One answer as it came; header names in lower case, no content unless the status is 200."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, kw_only=True)
class _Endpoint:
    """Where a target is really asked: checked addresses, or the simulator."""

    addresses: list[str]
    port: int
    scheme: str


@dataclass(frozen=True, kw_only=True)
class Fetcher:
    """How names are looked up and connections made; the defaults are the real ones."""

    resolve: Resolver = system_resolver
    connect: Connect = connect_tcp
    certificates: ssl.SSLContext | None = None

    def fetch(
        self, url: str, *, max_bytes: int, deadline: float, simulator_url: str = "", contact: str = ""
    ) -> Fetched:
        """See the package's `fetch`."""
        if is_inline(url):
            return Fetched(content=decode_inline(url, max_bytes), url="data:")
        left = Deadline(deadline)
        for _ in range(MAX_REDIRECTS + 1):
            target = parse(url)
            endpoint = self._endpoint(target, simulator_url, left)
            with self._answer(target, endpoint, left, contact) as response:
                answer = _read(target, response, max_bytes)
            if isinstance(answer, bytes):
                return Fetched(content=answer, url=target.url)
            url = answer
        raise FetchError(f"The address redirects more than {MAX_REDIRECTS} times.", permanent=True)

    def ask(self, url: str, *, max_bytes: int, deadline: float) -> Answered:
        """See the package's `ask`."""
        left = Deadline(deadline)
        target = parse(url)
        with self._answer(target, self._endpoint(target, "", left), left) as response:
            content = _content(response, max_bytes) if response.status == 200 else b""
            return Answered(status=response.status, headers=_headers(response), content=content)

    def is_public_url(self, url: str, *, deadline: float = 5.0) -> bool:
        """True when the address is well formed and all of its host's addresses are public."""
        try:
            self._endpoint(parse(url), "", Deadline(deadline))
        except FetchError:
            return False
        return True

    def _endpoint(self, target: Target, simulator_url: str, left: Deadline) -> _Endpoint:
        if is_simulated(target.host):
            return _simulator(target, simulator_url)
        with _explained(target):
            addresses = public_addresses(target, self.resolve, left)
        return _Endpoint(addresses=addresses, port=target.port, scheme=target.scheme)

    @contextmanager
    def _answer(
        self, target: Target, endpoint: _Endpoint, left: Deadline, contact: str = ""
    ) -> Iterator[httpcore.Response]:
        with _explained(target), self._pool(endpoint, left) as pool:
            # The host in this URL is what a certificate is checked against; the connection itself is pinned.
            url = httpcore.URL(
                scheme=endpoint.scheme, host=target.host, port=target.port, target=target.resource
            )
            with pool.stream("GET", url, headers=_asking(target, contact)) as response:
                yield response

    def _pool(self, endpoint: _Endpoint, left: Deadline) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=self.certificates or public_certificates(),
            network_backend=PinnedNetwork(endpoint.addresses, endpoint.port, self.connect, left),
        )


def _asking(target: Target, contact: str) -> list[tuple[str, str]]:
    """Who asks, for what; no cookies, no referrer."""
    return [
        ("Host", target.authority),
        ("User-Agent", f"{NAME} (+{contact})" if contact else f"{NAME} ({PURPOSE})"),
        ("Accept", "image/*,*/*;q=0.5"),
        ("Accept-Encoding", "identity"),
    ]


@contextmanager
def _explained(target: Target) -> Iterator[None]:
    """What the network layers raise, as sentences."""
    try:
        yield
    except (TimedOut, httpcore.TimeoutException):
        raise FetchError(f"{target.host} took too long to answer.", permanent=False) from None
    except httpcore.ProtocolError as error:
        raise FetchError(f"{target.host} broke off or gave an unreadable answer.", permanent=False) from error
    except NotSecure as error:
        raise FetchError(
            f"A secure connection to {target.host} could not be made.", permanent=False
        ) from error
    except (httpcore.NetworkError, OSError) as error:
        raise FetchError(f"{target.host} could not be reached.", permanent=False) from error


def _read(target: Target, response: httpcore.Response, max_bytes: int) -> bytes | str:
    headers = _headers(response)
    location = headers.get("location")
    if response.status in REDIRECTS and location:
        return _redirected(target, location)
    if response.status != 200:
        raise _answered(target, response.status, headers.get("retry-after", ""))
    return _content(response, max_bytes)


def _headers(response: httpcore.Response) -> dict[str, str]:
    return {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in response.headers}


def _content(response: httpcore.Response, max_bytes: int) -> bytes:
    headers = _headers(response)
    return read_capped(
        response.iter_stream(),
        packing=headers.get("content-encoding", ""),
        length=headers.get("content-length", ""),
        max_bytes=max_bytes,
    )


def _redirected(target: Target, location: str) -> str:
    try:
        # Headers come as latin-1, hosts mean UTF-8.
        location = location.encode("latin-1").decode("utf-8", "replace")
        return urljoin(target.url, location)
    except ValueError:
        raise FetchError(f"{target.host} redirects to an address that is none.", permanent=True) from None


def _simulator(target: Target, simulator_url: str) -> _Endpoint:
    if not simulator_url:
        raise not_public(target.host)
    parts = urlsplit(simulator_url)
    return _Endpoint(addresses=[parts.hostname or ""], port=parts.port or 80, scheme="http")


def _answered(target: Target, status: int, retry_after: str) -> FetchError:
    gone = status in (404, 410)
    return FetchError(
        f"There is nothing at this address any more ({target.host} answered {status})."
        if gone
        else f"{target.host} did not give the file (it answered {status}).",
        permanent=400 <= status < 500 and status not in WORTH_ANOTHER_TRY,
        status=status,
        retry_after=_seconds(retry_after),
    )


def _seconds(retry_after: str) -> int | None:
    """Retry-After is a number of seconds or a moment (RFC 9110, 10.2.3)."""
    if re.fullmatch(r"[0-9]{1,6}", retry_after):
        return int(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    left = moment.timestamp() - time.time() if moment.tzinfo else 0.0
    return min(max(0, round(left)), 999_999)
