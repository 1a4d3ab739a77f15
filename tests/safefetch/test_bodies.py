"""How much is read, packed or unpacked, from a host or from the address itself."""

import base64
import gzip
import tracemalloc
import zlib
from itertools import repeat

import pytest

from monitor import safefetch
from monitor.safefetch import Fetched, FetchError
from monitor.safefetch.bodies import read_capped

from .servers import PICTURE, Reply, got, refused


def test_it_takes_exactly_as_much_as_allowed() -> None:
    assert len(got({"/p": Reply(body=b"x" * 1000)}).content) == 1000
    error = refused({"/p": Reply(body=b"x" * 1001)})
    assert error.permanent and error.sentence == "The file is larger than 1,000 bytes."


def test_it_stops_at_the_announced_length() -> None:
    forever = Reply(headers={"Content-Length": "100000000000"}, pieces=repeat(b""), gap=0.01)
    assert "larger than" in refused({"/p": forever}).sentence


def test_it_stops_an_endless_body_at_the_cap() -> None:
    assert "larger than" in refused({"/p": Reply(pieces=repeat(b"x" * 100))}).sentence


@pytest.mark.parametrize("packing", ["gzip", "x-gzip", "deflate", "GZIP"])
def test_it_unpacks_what_was_packed_unasked(packing: str) -> None:
    packed = zlib.compress(PICTURE) if packing == "deflate" else gzip.compress(PICTURE)
    assert got({"/p": Reply(body=packed, headers={"Content-Encoding": packing})}).content == PICTURE


def test_it_stops_unpacking_at_the_cap() -> None:
    bomb = Reply(body=gzip.compress(b"\0" * 900_000), headers={"Content-Encoding": "gzip"})
    assert len(bomb.body) < 1000
    assert "larger than" in refused({"/p": bomb}).sentence


def test_it_never_unpacks_more_than_it_may_keep() -> None:
    chunks = [gzip.compress(b"\0" * 50_000_000)]
    tracemalloc.start()
    with pytest.raises(FetchError, match="larger than"):
        read_capped(chunks, packing="gzip", length="", max_bytes=100_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize(("packing", "permanent"), [("br", True), ("gzip, gzip", True), ("gzip", False)])
def test_it_refuses_other_packing(packing: str, permanent: bool) -> None:
    error = refused({"/p": Reply(body=b"not packed at all", headers={"Content-Encoding": packing})})
    assert error.permanent is permanent


def test_it_refuses_a_packed_file_that_was_cut_short() -> None:
    cut = Reply(body=gzip.compress(PICTURE)[:-12], headers={"Content-Encoding": "gzip"})
    assert "damaged" in refused({"/p": cut}).sentence


def test_it_decodes_a_picture_written_into_its_address() -> None:
    text = base64.b64encode(PICTURE).decode()
    for url in (f"data:image/png;base64,{text}", f" DATA:image/png;x=y;base64,{text.rstrip('=')}"):
        assert safefetch.fetch(url, max_bytes=1000) == Fetched(content=PICTURE, url="data:")
    assert safefetch.fetch("data:image/gif,GIF%3889a", max_bytes=10).content == b"GIF889a"
    escaped = "data:image/png;base64," + text.replace("=", "%3D")
    assert safefetch.fetch(escaped, max_bytes=1000).content == PICTURE


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("data:text/html,<script>", "holds no picture"),
        ("data:,x", "holds no picture"),
        ("data:", "holds no picture"),
        ("data:image/png;base64,@@@@", "damaged"),
        ("data:image/png;base64,AAAAA", "damaged"),
        ("data:image/png;base64,ü", "damaged"),
        ("data:image/png;base64," + "A" * 200, "larger than 100 bytes"),
        ("data:image/png;base64," + "A" * 10_000, "larger than 100 bytes"),
        ("data:image/png," + "x" * 101, "larger than 100 bytes"),
    ],
)
def test_it_refuses_other_inline_content(url: str, sentence: str) -> None:
    with pytest.raises(FetchError, match=sentence) as refusal:
        safefetch.fetch(url, max_bytes=100)
    assert refusal.value.permanent
