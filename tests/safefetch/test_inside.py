"""Nothing that a stranger can write leads to the inside. Here every connection would reach it."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.safefetch import Fetcher, FetchError
from monitor.safefetch.resolving import system_resolver

from .servers import PUBLIC, Names, Reply, Server, Wires, serving

NAMES = {
    "inside.shop-a.com": ["127.0.0.1"],
    "metadata.shop-a.com": ["169.254.169.254"],
    "private.shop-a.com": ["10.1.2.3"],
    "half.shop-a.com": [PUBLIC, "127.0.0.1"],
    "mapped.shop-a.com": ["::ffff:127.0.0.1"],
    "six.shop-a.com": ["::1"],
    "scoped.shop-a.com": ["fe80::1%lo"],
    "nowhere.shop-a.com": [],
    "odd.shop-a.com": ["not an address"],
    "public.shop-a.com": [PUBLIC],
}


def resolve(host: str, port: int) -> Sequence[str]:
    """Names from the table; everything else as the machine reads it, which for numbers needs no network."""
    return NAMES[host] if host in NAMES else system_resolver(host, port)


@pytest.fixture
def inside() -> Iterator[Server]:
    """Holds a secret under every path that the table asks for."""
    with serving({"/": Reply(body=b"secret"), "/x": Reply(body=b"secret")}) as server:
        yield server


TRICKY = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://127.0.0.1./",
    "http://0/",
    "http://0.0.0.0/",
    "http://0.0/",
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2001:0:7f00:1::808:808]/",
    "http://[2606:2800:220:1:0:5efe:7f00:1]/",
    "http://[ff02::1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25lo]/",
    "http://[fc00::1]/",
    "http://[v1.127]/",
    "http://[::1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://１２７.０.０.１/",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://localhost../",
    "http://a.localhost/",
    "http://localhost.localdomain/",
    "http://loca%6chost/",
    "http://intranet/",
    "http://printer.local/",
    "http://metadata.google.internal/",
    "http://router.lan/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/",
    "http://0xa9fea9fe/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://10.0.0.1/",
    "http://192.168.0.1/",
    "http://172.16.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://inside.shop-a.com/",
    "http://INSIDE.shop-a.com./",
    "http://metadata.shop-a.com/",
    "http://private.shop-a.com/",
    "http://half.shop-a.com/",
    "http://mapped.shop-a.com/",
    "http://six.shop-a.com/",
    "http://scoped.shop-a.com/",
    "http://nowhere.shop-a.com/",
    "http://odd.shop-a.com/",
    "http://public.shop-a.com:22/",
    "http://public.shop-a.com:8080/",
    "http://public.shop-a.com:0/",
    "http://public.shop-a.com:65536/",
    "http://public.shop-a.com:-80/",
    "http://user@public.shop-a.com/",
    "http://user:secret@public.shop-a.com/",
    "http://public.shop-a.com@127.0.0.1/",
    "http://127.0.0.1\\@public.shop-a.com/",
    "http://public.shop-a.com\\.inside.shop-a.com/",
    "http://127.0.0.1:80@public.shop-a.com/",
    "http://public.shop-a.com\r\nHost: inside/",
    "http://public.shop-a.com\t/",
    "http://pub lic.shop-a.com/",
    "http:///x",
    "http://",
    "http:127.0.0.1/",
    "//127.0.0.1/",
    "/etc/passwd",
    "",
    "file:///etc/passwd",
    "file://127.0.0.1/etc/passwd",
    "gopher://public.shop-a.com/_GET",
    "ftp://public.shop-a.com/x",
    "dict://public.shop-a.com:11211/",
    "jar:http://public.shop-a.com/",
    "javascript:alert(1)",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "http://shop.example/",
    "http://127.0.0.1.example/",
    "http://public.shop-a.com/" + "x" * 5000,
]


@pytest.mark.parametrize("url", TRICKY, ids=lambda url: ascii(url)[:60])
def test_it_never_reaches_the_inside(url: str, inside: Server) -> None:
    wires = Wires(inside.port)
    fetcher = Fetcher(resolve=resolve, connect=wires)
    with pytest.raises(FetchError) as refusal:
        fetcher.fetch(url, max_bytes=1000, deadline=5)
    assert refusal.value.permanent
    assert refusal.value.sentence.endswith(".")
    assert not wires.wanted and not inside.seen
    assert not fetcher.is_public_url(url)


# What means the redirecting host itself, and what no header can carry.
NO_REDIRECT = {"", "/etc/passwd", "http:127.0.0.1/", "http:///x", "http://"}
REDIRECTS = [url for url in TRICKY if url not in NO_REDIRECT and "\r" not in url]


@pytest.mark.parametrize("url", [*REDIRECTS, "data:image/png,x"], ids=lambda url: ascii(url)[:60])
def test_it_never_follows_a_redirect_inside(url: str) -> None:
    with serving({"/start": Reply(status=302, headers={"Location": header(url)})}) as outside:
        wires = Wires(outside.port)
        with pytest.raises(FetchError) as refusal:
            Fetcher(resolve=resolve, connect=wires).fetch(
                "http://public.shop-a.com/start", max_bytes=1000, deadline=5
            )
        assert refusal.value.permanent
        assert {address for address, _ in wires.wanted} == {PUBLIC}
        assert {seen.headers["host"] for seen in outside.seen} == {"public.shop-a.com"}


def header(url: str) -> str:
    """A header is sent as latin-1; hosts write UTF-8 into it."""
    return url.encode().decode("latin-1")


def test_it_connects_to_the_address_it_checked() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
    asked: list[str] = []

    def changing(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    with serving({"/": Reply(body=b"picture")}) as outside:
        wires = Wires(outside.port)
        fetched = Fetcher(resolve=changing, connect=wires).fetch(
            "http://changing.shop-a.com/", max_bytes=100, deadline=5
        )
    assert fetched.content == b"picture"
    assert asked == ["changing.shop-a.com"]
    assert wires.wanted == [(PUBLIC, 80)]


def test_it_checks_again_at_every_redirect() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    with serving({"/": Reply(status=301, headers={"Location": "/again"}), "/again": Reply()}) as outside:
        fetcher = Fetcher(resolve=lambda host, port: next(answers), connect=Wires(outside.port))
        with pytest.raises(FetchError, match="not on the public internet"):
            fetcher.fetch("http://changing.shop-a.com/", max_bytes=100, deadline=5)
        assert [seen.path for seen in outside.seen] == ["/"]


def test_it_knows_a_public_address() -> None:
    names = Names()
    assert Fetcher(resolve=names).is_public_url("https://www.shop-a.com/p.jpg?x=1")
    assert names.asked == ["www.shop-a.com"]
    assert Fetcher().is_public_url("http://8.8.8.8/")


@given(
    st.one_of(st.text(), st.text().map("http://{}".format), st.text().map("https://a.shop-a.com/{}".format))
)
def test_it_answers_for_any_text(text: str) -> None:
    assert Fetcher(resolve=lambda host, port: ["10.0.0.1"]).is_public_url(text) is False
    Fetcher(resolve=Names()).is_public_url(text)
