"""What is asked for, what is followed, and what is said when it fails."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from monitor import safefetch
from monitor.safefetch import Fetched, Fetcher, FetchError

from .servers import PICTURE, SHOP, Names, Reply, Seen, Wires, got, refused, serving


def asked(url: str, *paths: str) -> list[Seen]:
    """The requests that a fetch of `url` makes; each path answers with the picture."""
    with serving({path: Reply(body=PICTURE) for path in paths}) as server:
        Fetcher(resolve=Names(), connect=Wires(server.port)).fetch(url, max_bytes=1000, deadline=5)
        return server.seen


def test_it_fetches() -> None:
    assert got({"/p": Reply(body=PICTURE)}) == Fetched(content=PICTURE, url=SHOP + "/p")


def test_it_says_who_asks_and_nothing_more() -> None:
    [seen] = asked("http://Pictures.shop-a.com/a b/ü?q=1&x=%20#part", "/a%20b/%C3%BC?q=1&x=%20")
    assert seen.headers == {
        "host": "pictures.shop-a.com",
        "user-agent": seen.headers["user-agent"],
        "accept": "image/*,*/*;q=0.5",
        "accept-encoding": "identity",
    }
    assert seen.headers["user-agent"].startswith("Whereabouts/0.1 (")


def test_it_says_where_to_ask_about_it() -> None:
    with serving({"/p": Reply(body=PICTURE)}) as server:
        fetcher = Fetcher(resolve=Names(), connect=Wires(server.port))
        fetcher.fetch(SHOP + "/p", max_bytes=1000, deadline=5, contact="https://whereabouts.example.com")
        [seen] = server.seen
    assert seen.headers["user-agent"] == "Whereabouts/0.1 (+https://whereabouts.example.com)"


def test_it_asks_the_host_by_its_ascii_name() -> None:
    [seen] = asked("http://bücher.shop-a.com./p", "/p")
    assert seen.headers["host"] == "xn--bcher-kva.shop-a.com"


def test_it_names_an_unusual_pair_of_scheme_and_port() -> None:
    [seen] = asked("http://pictures.shop-a.com:443/p", "/p")
    assert seen.headers["host"] == "pictures.shop-a.com:443"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/new", "new", SHOP + "/new", "//pictures.shop-a.com/new", "?n", "/ü"])
def test_it_follows_redirects(status: int, location: str) -> None:
    found = {path: Reply(body=PICTURE) for path in ("/new", "/old?n", "/%C3%BC")}
    redirect = Reply(status=status, headers={"Location": location.encode().decode("latin-1")})
    fetched = got({"/old": redirect, **found}, "/old")
    assert fetched.content == PICTURE
    assert fetched.url in (SHOP + "/new", SHOP + "/old?n", SHOP + "/%C3%BC")


def test_it_follows_four_redirects_and_no_more() -> None:
    chain = {f"/{n}": Reply(status=302, headers={"Location": f"/{n - 1}"}) for n in range(1, 6)}
    assert got({**chain, "/0": Reply(body=PICTURE)}, "/4").content == PICTURE
    error = refused({**chain, "/0": Reply(body=PICTURE)}, "/5")
    assert error.permanent and "more than 4 times" in error.sentence


def test_it_carries_no_cookies_over() -> None:
    redirect = Reply(status=302, headers={"Location": "/new", "Set-Cookie": "a=b"})
    with serving({"/old": redirect, "/new": Reply(body=PICTURE)}) as server:
        fetcher = Fetcher(resolve=Names(), connect=Wires(server.port))
        fetcher.fetch(SHOP + "/old", max_bytes=1000, deadline=5)
        fetcher.fetch(SHOP + "/new", max_bytes=1000, deadline=5)
        assert not any("cookie" in seen.headers for seen in server.seen)


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        *((status, False) for status in (204, 206, 302, 304, 401, 403, 408, 425, 429, 500, 503)),
        *((status, True) for status in (400, 404, 410, 451)),
    ],
)
def test_it_says_when_another_try_is_no_use(status: int, permanent: bool) -> None:
    error = refused({"/p": Reply(status=status)})
    assert (error.permanent, error.status) == (permanent, status)
    assert str(status) in error.sentence and "pictures.shop-a.com" in error.sentence


@pytest.mark.parametrize(("value", "seconds"), [("120", 120), ("soon", None), ("9" * 50, None)])
def test_it_reads_how_long_to_wait(value: str, seconds: int | None) -> None:
    assert refused({"/p": Reply(status=429, headers={"Retry-After": value})}).retry_after == seconds


def test_it_reads_until_when_to_wait() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    seconds = refused({"/p": Reply(status=429, headers={"Retry-After": later})}).retry_after
    assert seconds and 3500 < seconds <= 3600
    past = refused({"/p": Reply(status=429, headers={"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"})})
    assert past.retry_after == 0


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_it_asks_the_simulator_for_simulated_hosts(scheme: str) -> None:
    def never(host: str, port: int) -> Sequence[str]:
        raise AssertionError(host)

    with serving({"/p?x=1": Reply(body=PICTURE)}) as simulator:
        url = f"{scheme}://cdn.shop.example/p?x=1"
        simulated = f"http://127.0.0.1:{simulator.port}"
        fetched = Fetcher(resolve=never).fetch(url, max_bytes=1000, deadline=5, simulator_url=simulated)
        assert fetched == Fetched(content=PICTURE, url=url)
        assert simulator.seen[0].headers["host"] == "cdn.shop.example"
        assert safefetch.fetch(url, max_bytes=1000, simulator_url=simulated).content == PICTURE


def test_it_keeps_simulated_hosts_and_the_simulators_own_address_apart() -> None:
    with serving({"/": Reply(status=302, headers={"Location": "http://127.0.0.1/"})}) as simulator:
        simulated = f"http://127.0.0.1:{simulator.port}"
        for url in ("http://a.example/", f"{simulated}/", "http://127.0.0.1/", "http://localhost/"):
            with pytest.raises(FetchError):
                safefetch.fetch(url, max_bytes=1000, simulator_url=simulated)
        assert [seen.headers["host"] for seen in simulator.seen] == ["a.example"]
    assert not safefetch.is_public_url("http://a.example/")
