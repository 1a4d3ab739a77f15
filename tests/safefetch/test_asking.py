"""Looking at how a server answers: one request, no redirect, any status."""

import pytest

from monitor.safefetch import Answered, Fetcher, FetchError
from tests.safefetch.servers import PICTURE, SHOP, Names, Reply, Wires, serving


def answer(reply: Reply, *, max_bytes: int = 1000) -> Answered:
    """What asking SHOP brings when it answers so."""
    with serving({"/p": reply}) as server:
        fetcher = Fetcher(resolve=Names(), connect=Wires(server.port))
        return fetcher.ask(f"{SHOP}/p", max_bytes=max_bytes, deadline=5)


def test_it_gives_status_headers_and_content() -> None:
    answered = answer(Reply(headers={"Content-Type": "image/jpeg"}, body=PICTURE))
    assert (answered.status, answered.content) == (200, PICTURE)
    assert answered.headers["content-type"] == "image/jpeg"


def test_it_follows_no_redirect() -> None:
    answered = answer(Reply(status=301, headers={"Location": "https://elsewhere.com/"}))
    assert (answered.status, answered.headers["location"]) == (301, "https://elsewhere.com/")


def test_it_gives_a_refusal_without_its_body() -> None:
    answered = answer(Reply(status=404, headers={"Date": "today"}, body=b"x" * 5000))
    assert (answered.status, answered.headers["date"], answered.content) == (404, "today", b"")


def test_it_reads_no_more_than_it_was_told_to() -> None:
    with pytest.raises(FetchError, match="larger than"):
        answer(Reply(body=b"x" * 5000))


def test_it_asks_no_address_inside() -> None:
    with pytest.raises(FetchError, match="not on the public internet"):
        Fetcher(resolve=Names(shop_com=["10.0.0.1"])).ask("http://shop.com/", max_bytes=10, deadline=5)
