"""One client maker for both providers: bounded in time and size, never repeating, honest about what left.

A fault before any byte was sent is `Unavailable`: surely nothing was created. A fault after that is
`OutcomeUnknown` when the call costs money, else `Unavailable` too, because reading again is free.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

import httpx

from monitor.providers.base import OutcomeUnknown, ProviderError, Unavailable

CONNECT_SECONDS = 5.0
WRITE_SECONDS = 5.0
MAX_BODY_BYTES = 30_000_000
CHUNK_BYTES = 65_536
MAX_WAIT_SECONDS = 86_400.0


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a call may take, in seconds: silence before each part of the answer, and the call as a whole.

    Connecting, writing and one silence add up to the whole, so a peer that falls silent is left within it. One
    that is merely slow is stopped between two chunks.
    """

    read: float
    whole: float


QUICK = Patience(read=20.0, whole=30.0)
# A paid answer that is given up is paid for nothing, where nobody can be asked for it later.
LONG = Patience(read=60.0, whole=70.0)
# A large list is written down in the same round, which must not take long.
LISTS = Patience(read=15.0, whole=25.0)

_UNSENT = (
    httpx.ConnectError,  # refused, unreachable, DNS and TLS
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,  # our own side refused to send it, or to send the rest of it
)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _TooLarge(httpx.RequestError):
    """The answer is larger than MAX_BODY_BYTES."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An HTTP answer of any status, read to its end."""

    status: int
    headers: httpx.Headers
    body: bytes


class Wire:
    """The calls to one provider: its address, its credentials (kept in headers only) and its limits."""

    def __init__(
        self,
        provider: str,
        url: str,
        headers: Mapping[str, str],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._provider = provider
        self._client = httpx.Client(
            base_url=url,
            headers={"User-Agent": "whereabouts", "Accept": "application/json", **headers},
            follow_redirects=False,
            transport=transport,
            # A proxy of the machine stands between us and the internet, never between us and ourselves.
            trust_env=httpx.URL(url).host not in _LOOPBACK,
        )

    def close(self) -> None:
        """Close the kept connections."""
        self._client.close()

    def get(self, path: str, patience: Patience = QUICK) -> Reply:
        """Read `path`; free."""
        request = self._client.build_request("GET", path, timeout=_timeout(patience))
        return self._call(request, monotonic() + patience.whole, paid=False)

    def post(
        self,
        path: str,
        payload: object,
        *,
        paid: bool,
        patience: Patience = QUICK,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send `payload` as JSON once; `paid` says whether a lost answer may have cost money."""
        body = json.dumps(payload).encode()
        deadline = monotonic() + patience.whole
        sizes = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        request = self._client.build_request(
            "POST",
            path,
            content=_paced(body, deadline),
            headers={**sizes, **(headers or {})},
            timeout=_timeout(patience),
        )
        return self._call(request, deadline, paid=paid)

    def _call(self, request: httpx.Request, deadline: float, *, paid: bool) -> Reply:
        try:
            with closing(self._client.send(request, stream=True)) as response:
                body = _bounded(response, deadline)
        except _UNSENT:
            raise Unavailable(f"{self._provider} could not be reached; nothing was sent.") from None
        except httpx.HTTPError as error:  # its text and its request stay out of ours: they may hold secrets
            raise trouble(self._provider, _what_happened(error), paid=paid) from None
        return Reply(status=response.status_code, headers=response.headers, body=body)


def trouble(provider: str, what: str, *, paid: bool) -> ProviderError:
    """The error for a call that was sent but not properly answered; `what` follows the provider's name."""
    if paid:
        return OutcomeUnknown(
            f"{provider} {what}; whether the search was started is not known.", billed="possibly"
        )
    return Unavailable(f"{provider} {what}; it will be asked again.")


def retry_after(headers: httpx.Headers) -> float | None:
    """Seconds that a Retry-After header asks for (a number or a date), at most a day; None without one."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), MAX_WAIT_SECONDS)
    try:
        wait = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError, OverflowError):  # no date, or one without a zone
        return None
    return min(max(wait, 0.0), MAX_WAIT_SECONDS)


def _timeout(patience: Patience) -> httpx.Timeout:
    return httpx.Timeout(patience.read, connect=CONNECT_SECONDS, write=WRITE_SECONDS, pool=CONNECT_SECONDS)


def _what_happened(error: httpx.HTTPError) -> str:
    match error:
        case httpx.TimeoutException():
            return "did not answer in time"
        case _TooLarge():
            return "sent an answer that is too large"
        case httpx.DecodingError():
            return "sent an answer that cannot be read"
    return "broke off the connection"


def _paced(body: bytes, deadline: float) -> Iterator[bytes]:
    for start in range(0, len(body), CHUNK_BYTES):
        if monotonic() > deadline:
            raise httpx.WriteTimeout("The deadline has passed.")
        yield body[start : start + CHUNK_BYTES]


def _bounded(response: httpx.Response, deadline: float) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise _TooLarge("The answer is too large.")
        if monotonic() > deadline:
            raise httpx.ReadTimeout("The deadline has passed.")
    return bytes(body)
