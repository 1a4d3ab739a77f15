"""Addresses of pictures that the simulated web made, and what is told from them."""

from collections import Counter
from urllib.parse import parse_qsl, urlsplit

import pytest

from monitor.simulator.web.addresses import Named, picture_url, read_address, thumbnail_url, truth_of
from monitor.simulator.web.recipes import WAYS, Shown, shown

SHA256 = "0123456789abcdef" * 4
PICTURES = [shown(seed * 2**50, 1, is_own=False) for seed in range(1500)]


def read(url: str) -> Named | None:
    parts = urlsplit(url)
    return read_address(parts.hostname or "", parts.path, dict(parse_qsl(parts.query)).get("q", ""))


def test_it_reads_its_own_addresses() -> None:
    for picture in PICTURES[:50]:
        assert read(picture_url("loftly.example", SHA256, picture)) == Named(
            original=SHA256[:16], shown=picture, is_thumbnail=False
        )
        assert read(thumbnail_url(SHA256, picture)) == Named(
            original=SHA256[:16], shown=picture, is_thumbnail=True
        )


@pytest.mark.parametrize("text", ["", "tbn:", "tbn:%%%", "tbn:aGVsbG8", "tbn:ÿ", "/media/x.jpg", "0" * 34])
def test_it_reads_no_others(text: str) -> None:
    assert read_address("loftly.example", text, text) is None
    assert read_address("encrypted-tbn0.gstatic.example", text, text) is None
    assert truth_of(text) == "none"


@pytest.mark.parametrize("letter", WAYS)
def test_it_tells_the_truth_of_every_way(letter: str) -> None:
    picture = next(picture for picture in PICTURES if picture.letter == letter and not picture.trouble)
    for url in (picture_url("loftly.example", SHA256, picture), thumbnail_url(SHA256, picture)):
        assert truth_of(url) == WAYS[letter].truth


def test_a_host_that_refuses_shows_nothing_but_google_keeps_a_copy_of_what_is_not_gone() -> None:
    seen: Counter[tuple[str, bool, bool]] = Counter()
    for picture in PICTURES:
        at_host = truth_of(picture_url("loftly.example", SHA256, picture)) == "none"
        at_google = truth_of(thumbnail_url(SHA256, picture)) == "none"
        seen[picture.trouble, at_host, at_google] += 1
    assert set(seen) == {
        ("", False, False),
        ("slow", False, False),
        ("gone", True, True),
        ("forbidden", True, False),
        ("page", True, False),
    }


def test_the_truth_of_a_small_copy_survives_any_host() -> None:
    picture = Shown(seed=1, number=9, letter="e")
    assert truth_of(thumbnail_url(SHA256, picture).replace("encrypted-tbn0.", "t2.")) == "exact"
