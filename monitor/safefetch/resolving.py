"""From a host to the addresses that may be connected to: looked up once, all of them checked."""

import socket
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread

from .addresses import is_public_address
from .deadlines import Deadline, TimedOut
from .errors import FetchError
from .targets import Target, not_public

Resolver = Callable[[str, int], Sequence[str]]

_UNKNOWN_NAME = (socket.EAI_NONAME, socket.EAI_NODATA)


def system_resolver(host: str, port: int) -> list[str]:
    """The machine's own resolver; it also reads numbers as addresses (2130706433, 0x7f.1)."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def public_addresses(target: Target, resolve: Resolver, deadline: Deadline) -> list[str]:
    """Where the target's host lives; FetchError unless every one of its addresses is public."""
    addresses = _looked_up(target, resolve, deadline)
    if not addresses or not all(map(is_public_address, addresses)):
        raise not_public(target.host)
    return addresses


def _looked_up(target: Target, resolve: Resolver, deadline: Deadline) -> list[str]:
    # getaddrinfo cannot be interrupted: it runs beside us, and a late answer goes nowhere.
    answers: SimpleQueue[list[str] | OSError | UnicodeError] = SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(list(resolve(target.host, target.port)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    Thread(target=look_up, name="look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.remaining())
    except Empty:
        raise TimedOut from None
    if isinstance(answer, Exception):
        unknown = isinstance(answer, UnicodeError) or answer.errno in _UNKNOWN_NAME
        raise FetchError(f"The host {target.host} was not found.", permanent=unknown)
    return answer
