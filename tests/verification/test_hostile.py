"""Whatever a stranger sends, the answer is a label."""

import gc
import tracemalloc
from itertools import islice

import pytest

from monitor import verification
from monitor.imaging import ImageError
from monitor.verification import Label, Reference

from . import scenes
from .hostile import corpus, spoiled
from .scenes import encoded

FILES = corpus()
UNREADABLE = ("zero bytes", "words", "only a head", "svg", "bmp", "bomb", "a heavy file", "no pixels")


@pytest.fixture(scope="module")
def reference() -> Reference:
    return verification.prepare(encoded(scenes.scene()))


@pytest.mark.parametrize("name", FILES)
def test_it_always_answers_with_a_label(reference: Reference, name: str) -> None:
    verdict = verification.verify(reference, FILES[name])
    assert isinstance(verdict.label, Label)
    assert 0 <= verdict.score <= 1
    if name in UNREADABLE or " cut at " in name:
        assert verdict.label is Label.UNVERIFIABLE


@pytest.mark.parametrize("name", ["cmyk", "palette", "animated gif", "animated webp"])
def test_it_knows_ours_in_odd_but_whole_files(reference: Reference, name: str) -> None:
    assert verification.verify(reference, FILES[name]).label in (Label.EXACT, Label.MODIFIED)


@pytest.mark.parametrize("name", FILES)
def test_it_prepares_or_refuses(name: str) -> None:
    try:
        reference = verification.prepare(FILES[name])
    except ImageError as error:
        assert error.sentence
    else:
        assert isinstance(verification.verify(reference, FILES[name]).label, Label)


def test_it_answers_when_bytes_are_spoiled(reference: Reference) -> None:
    for data in islice(spoiled(seed=7), 150):
        assert isinstance(verification.verify(reference, data).label, Label)


def test_it_keeps_no_memory(reference: Reference) -> None:
    def look(count: int) -> None:
        for data in islice(spoiled(seed=8), count):
            verification.verify(reference, data)
        gc.collect()

    look(10)
    tracemalloc.start()
    try:
        look(10)
        before = tracemalloc.get_traced_memory()[0]
        look(60)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 200_000
