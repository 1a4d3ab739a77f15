"""Verdicts and changes in plain English."""

import pytest

from monitor.models import Match
from monitor.queries import verdict_words
from monitor.verification import Change, ChangeKind


def test_it_has_words_for_each_verdict() -> None:
    assert set(verdict_words.BADGES) == set(Match.Verdict.values)
    assert verdict_words.badge("similar") == "Look-alike"
    assert verdict_words.meaning("exact").endswith(".")


@pytest.mark.parametrize("kind", ChangeKind)
def test_it_has_words_for_each_change(kind: ChangeKind) -> None:
    assert verdict_words.change(Change(kind).as_json())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "mirrored"}, "mirrored"),
        ({"kind": "stretched"}, "stretched"),
        ({"kind": "small"}, "in low resolution"),
        ({"kind": "cropped", "share": 0.6}, "cropped to 60 %"),
        ({"kind": "cropped"}, "cropped"),
        ({"kind": "text", "where": "bottom"}, "text added at the bottom"),
        ({"kind": "text", "where": "middle"}, "text added in the middle"),
        ({"kind": "logo", "where": "top right"}, "logo or sticker added at the top right"),
        ({"kind": "logo"}, "logo or sticker added"),
        ({"kind": "part", "where": "top left"}, "part of a larger picture, top left"),
        ({"kind": "part", "where": "middle"}, "part of a larger picture, in the middle"),
        ({"kind": "part"}, "part of a larger picture"),
        ({"kind": "rotated", "degrees": 8}, "rotated by 8°"),
        ({"kind": "rotated", "degrees": 270}, "rotated by 90° to the left"),
        ({"kind": "rotated", "degrees": -12}, "rotated by 12° to the left"),
        ({"kind": "rotated", "degrees": 180}, "turned upside down"),
        ({"kind": "rotated"}, "rotated"),
        ({"kind": "of a later version"}, ""),
    ],
)
def test_it_says_a_change(change: dict[str, object], words: str) -> None:
    assert verdict_words.change(change) == words


def test_it_says_changes_one_after_the_other() -> None:
    found: list[verdict_words.Change] = [
        {"kind": "cropped", "share": 0.6},
        {"kind": "?"},
        {"kind": "text", "where": "bottom"},
    ]
    assert verdict_words.changes(found) == "cropped to 60 %, text added at the bottom"
    assert verdict_words.changes([]) == ""


@pytest.mark.parametrize(
    ("visible", "words"),
    [(1.0, "all of it"), (0.9, "nearly all of it"), (0.5, "about half"), (0.05, "a small part")],
)
def test_it_says_how_much_is_seen(visible: float, words: str) -> None:
    assert verdict_words.share(visible) == words
