"""The only way to fetch a stranger's address: public hosts only, pinned after the check, bounded in every way."""

from .addresses import is_public_address
from .errors import FetchError
from .fetching import Answered, Fetched, Fetcher
from .targets import is_simulated

__all__ = [
    "Answered",
    "FetchError",
    "Fetched",
    "Fetcher",
    "ask",
    "fetch",
    "is_public_address",
    "is_public_url",
    "is_simulated",
]

_fetcher = Fetcher()


def fetch(
    url: str, *, max_bytes: int, deadline: float = 10.0, simulator_url: str = "", contact: str = ""
) -> Fetched:
    """The content behind a http(s) or data: address; FetchError when it cannot be had.

    `deadline` is in seconds and covers everything: names, redirects, headers and body. Hosts ending in
    .example are asked of the simulator at `simulator_url`, and exist only when it is given. `contact` is the
    address that hosts are told for questions about us.
    """
    return _fetcher.fetch(
        url, max_bytes=max_bytes, deadline=deadline, simulator_url=simulator_url, contact=contact
    )


def ask(url: str, *, max_bytes: int, deadline: float = 10.0) -> Answered:
    """The one answer to one request, whatever its status, with no redirect followed; FetchError without any.

    For looking at how a server answers; what it holds is fetched with `fetch`.
    """
    return _fetcher.ask(url, max_bytes=max_bytes, deadline=deadline)


def is_public_url(url: str) -> bool:
    """True when anybody on the internet could ask for this address; looks the name up, fetches nothing."""
    return _fetcher.is_public_url(url)
