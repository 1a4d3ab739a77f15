"""Which pictures stand beside one another in the simulated web."""

import pytest

from monitor.simulator.library import Library, Original
from monitor.simulator.state import State
from monitor.simulator.web.recipes import Recipe
from monitor.simulator.web.shelf import Shelf
from tests.simulator.hosting import drawing

HUES = ("#2f6f62", "#f0d000", "#b8b8b8", "#ffffff", "#000000")


def a_library(*contents: bytes) -> tuple[Library, list[Original]]:
    library = Library(State())
    return library, [original for content in contents if (original := library.add(content))]


def test_it_knows_a_picture_by_its_hash_at_the_size_that_is_asked() -> None:
    library, (original,) = a_library(drawing(size=(900, 600)))
    picture = Shelf(library).picture(original.sha256, 300)
    assert (picture.mode, picture.size) == ("RGB", (300, 200))


def test_neighbours_go_round_in_the_order_of_hashes() -> None:
    library, originals = a_library(*map(drawing, HUES))
    hashes = sorted(original.sha256 for original in originals)
    assert [one.sha256 for one in library.near(hashes[3], 3)] == [hashes[3], hashes[4], hashes[0]]
    assert len(library.near(hashes[2], 20)) == len(HUES)


def test_others_are_the_same_for_the_same_chances_and_never_the_picture_itself() -> None:
    library, originals = a_library(*map(drawing, HUES))
    shelf, own = Shelf(library), originals[0].sha256
    itself = shelf.picture(own, 512)
    picks = [shelf.beside(own, Recipe(letter="k", version=version), 2) for version in range(30)]
    assert picks == [shelf.beside(own, Recipe(letter="k", version=version), 2) for version in range(30)]
    assert all(len(pick) == 2 and itself not in pick for pick in picks)
    assert len({id(pick[0]) for pick in picks}) == len(HUES) - 1


@pytest.mark.parametrize("again", [drawing(size=(880, 590)), drawing(hue="#802080")])
def test_a_picture_that_was_packed_or_coloured_anew_is_no_other(again: bytes) -> None:
    library, originals = a_library(drawing(), again)
    assert len(originals) == 2
    assert Shelf(library).beside(originals[0].sha256, Recipe(letter="k", version=1), 3) == []
