"""Titles for pictures that came without one."""

import pytest

from monitor.pipeline.watching.uploads import title_of


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("tidal_mug-front.jpg", "Tidal mug front"),
        ("IMG_0042.JPG", "IMG 0042"),
        ("тарелка.webp", "Тарелка"),
        ("/img/a.b.png", "A.b"),
        ("a\0b\n.png", "Ab"),
        ("---.jpg", "Untitled image"),
        ("", "Untitled image"),
    ],
)
def test_it_makes_a_title_of_a_file_name(name: str, title: str) -> None:
    assert title_of(name) == title
