"""The measured line: how many called copies people confirmed."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Workspace
from monitor import decisions
from monitor.models import DecisionEntry, Match, WatchedImage
from monitor.queries import confirmed as measured
from monitor.queries.confirmed import Confirmed, confirmed
from tests.factories import make_image, make_match, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def image() -> WatchedImage:
    return make_image()


def say(image: WatchedImage, *words: str, verdict: str = "exact") -> DecisionEntry:
    """One person after the other decides about a new match; the last entry."""
    match = make_match(image, verdict=verdict)
    for minute, word in enumerate(words):
        at = NOW + timedelta(minutes=minute)
        made = decisions.decide(Match.objects.filter(pk=match.pk), word, make_user(), at)
    return made[0]


def of(workspace: Workspace) -> tuple[int, int]:
    found = confirmed(workspace)
    return found.n, found.confirmed


def test_allowed_and_flagged_confirm_and_not_ours_refutes(image: WatchedImage) -> None:
    say(image, "allowed")
    say(image, "flagged", verdict="modified")
    say(image, "not_ours")
    say(image, "later")
    say(image, "allowed", verdict="probable")
    say(make_image(), "not_ours")
    assert of(image.workspace) == (3, 2)


def test_a_match_counts_once_by_what_stands(image: WatchedImage) -> None:
    say(image, "not_ours", "allowed")
    say(image, "allowed", "flagged", "not_ours")
    say(image, "flagged", "later")
    decisions.undo(say(image, "allowed", "not_ours"), NOW)
    decisions.undo(say(image, "not_ours"), NOW)
    assert of(image.workspace) == (4, 3)


def test_only_the_last_ones_count(image: WatchedImage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "LATEST", 2)
    say(image, "not_ours")
    say(image, "later", "allowed")
    say(image, "later", "later", "allowed")
    assert of(image.workspace) == (2, 2)


@pytest.mark.parametrize(
    ("n", "agreed", "sentence"),
    [
        (0, 0, ""),
        (1, 1, "The one called copy that was decided so far was confirmed."),
        (1, 0, "The one called copy that was decided so far was not confirmed."),
        (12, 1, "Of the 12 called copies that were decided so far, 1 was confirmed."),
        (200, 198, "Of the last 200 called copies, 198 were confirmed."),
    ],
)
def test_it_says_how_many(n: int, agreed: int, sentence: str) -> None:
    assert Confirmed(n=n, confirmed=agreed).sentence == sentence
