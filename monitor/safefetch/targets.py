"""Taking an address apart, once: what is checked here is what is asked for later."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

import idna

from .errors import FetchError

MAX_URL = 4096
PORTS = {"http": 80, "https": 443}

_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_IPV6 = re.compile(r"[0-9a-f:.]+")
# Names that mean this machine or this network wherever they are asked; RFC 6761 and common practice.
_INSIDE = re.compile(r"(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|corp|home|home\.arpa)$")


@dataclass(frozen=True, kw_only=True)
class Target:
    """A checked web address; `host` is in ASCII, without brackets; `resource` is path and query."""

    scheme: str
    host: str
    port: int
    resource: str

    @property
    def authority(self) -> str:
        """The host as the Host header names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.resource}"


def is_simulated(host: str) -> bool:
    """True for the hosts of simulated data; .example is reserved, no real site can have it."""
    return host.lower().rstrip(".").endswith(".example")


def parse(url: str) -> Target:
    """The parts of an address that may be asked for; FetchError says why another may not."""
    parts = _split(url)
    if parts.scheme not in PORTS:
        raise _refused("Only addresses that begin with http:// or https:// can be fetched.")
    if "@" in parts.netloc:
        raise _refused("Addresses with a user name or password are not fetched.")
    host = _host(parts)
    port = PORTS[parts.scheme] if parts.port is None else parts.port
    if port not in PORTS.values():
        raise _refused("Only addresses on the usual ports, 80 and 443, can be fetched.")
    resource = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme=parts.scheme, host=host, port=port, resource=_ascii(resource))


def _split(url: str) -> SplitResult:
    url = url.strip(" ")
    if len(url) > MAX_URL:
        raise _refused("The address is too long.")
    # urlsplit drops line ends and tabs silently, and reads a backslash in another way than browsers do.
    if re.search(r"[\x00-\x1f\x7f]", url):
        raise _refused("The address has characters that no address can have.")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        raise _refused("The address is not written correctly.") from None
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if "[" in parts.netloc:
        if not _IPV6.fullmatch(host):
            raise _refused("The address is not written correctly.")
        return host
    host = _idna(host).lower()
    if not host or "\\" in parts.netloc:
        raise _refused("The address names no host.")
    if not _HOST.fullmatch(host) or len(host) > 253 or _INSIDE.search(host):
        raise not_public(host)
    return host


def _idna(host: str) -> str:
    try:
        return host if host.isascii() else idna.encode(host, uts46=True).decode().rstrip(".")
    except UnicodeError:
        raise _refused("The host in this address is not written correctly.") from None


def _ascii(resource: str) -> str:
    return re.sub(r"[^\x21-\x7e]", lambda found: quote(found[0], errors="replace"), resource)


def not_public(host: str) -> FetchError:
    """The refusal of a host that is not on the public internet."""
    return _refused(f"{host} is not on the public internet, so it is not fetched.")


def _refused(sentence: str) -> FetchError:
    return FetchError(sentence, permanent=True)
