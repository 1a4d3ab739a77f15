"""The queue: what waits, in which order, and what stands around one match."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from monitor.decisions import decide, undo
from monitor.models import Match, WatchedImage
from monitor.queries import review
from tests.factories import make_image, make_match, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def image() -> WatchedImage:
    return make_image()


@pytest.fixture
def workspace(image: WatchedImage) -> Workspace:
    return image.workspace


@pytest.fixture
def person() -> User:
    return make_user()


def found(image: WatchedImage, days: float, **fields: Any) -> Match:
    seen = NOW - timedelta(days=days)
    return make_match(image, **{"verdict": "modified", "first_seen_at": seen, **fields})


def test_the_newest_come_first(image: WatchedImage, workspace: Workspace) -> None:
    old, new, mid = found(image, 9), found(image, 1), found(image, 5)
    assert list(review.queued(workspace)) == [new, mid, old]


@pytest.mark.parametrize(
    "fields",
    [
        {"verdict": "similar"},
        {"verdict": "unverifiable"},
        {"known_at_start": True},
        {"gone_at": NOW},
        {"unwatched_at": NOW},
        {"decision": "allowed"},
        {"decision": "later"},
    ],
)
def test_what_needs_no_decision_stays_out(
    image: WatchedImage, workspace: Workspace, fields: dict[str, Any]
) -> None:
    found(image, 1, **fields)
    assert review.n_queued(workspace) == 0


@pytest.mark.parametrize("verdict", review.VERDICTS)
def test_what_may_be_a_copy_waits(image: WatchedImage, workspace: Workspace, verdict: str) -> None:
    found(image, 1, verdict=verdict)
    assert review.n_queued(workspace) == 1


def test_other_workspaces_have_queues_of_their_own(image: WatchedImage, workspace: Workspace) -> None:
    found(make_image(), 1)
    assert review.n_queued(workspace) == 0


def test_it_counts_to_a_hundred(
    image: WatchedImage, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "MOST", 2)
    for _ in range(5):
        found(image, 1)
    assert review.n_queued(workspace) == 3


def test_what_was_put_off_is_a_queue_too(image: WatchedImage, workspace: Workspace) -> None:
    later = found(image, 1, decision="later")
    assert list(review.queued(workspace, "later")) == [later]


def test_it_goes_on_to_the_next_and_then_back_to_the_first(image: WatchedImage, workspace: Workspace) -> None:
    at_once = NOW - timedelta(days=3)
    a, b, c = (found(image, 0, first_seen_at=at_once) for _ in range(3))
    assert list(review.queued(workspace)) == [c, b, a]
    assert review.next_of(workspace, b, "open") == a
    assert review.next_of(workspace, a, "open") == c
    Match.objects.exclude(pk=a.pk).update(decision="flagged")
    assert review.next_of(workspace, a, "open") is None
    assert review.next_of(workspace, b, "open") == a


def test_the_strip_has_the_neighbours_in_their_order(
    image: WatchedImage, workspace: Workspace, person: User
) -> None:
    matches = [found(image, days) for days in range(20)]
    queue = review.queue_around(workspace, matches[6], person, "open", NOW)
    assert [slot.match for slot in queue.before] == matches[2:6]
    assert queue.here.match == matches[6]
    assert [slot.match for slot in queue.after] == matches[7:19]
    assert (queue.previous, queue.next, queue.n_left) == (matches[5], matches[7], 20)


def test_a_decided_match_keeps_its_place(image: WatchedImage, workspace: Workspace, person: User) -> None:
    a, b, c = (found(image, days) for days in range(3))
    decide(Match.objects.filter(pk=b.pk), "flagged", person, NOW)
    queue = review.queue_around(workspace, b, person, "open", NOW)
    assert (queue.previous, queue.next, queue.n_left, queue.n_today, queue.total) == (a, c, 2, 1, 3)


def test_what_the_person_decided_today_is_shown_before(
    image: WatchedImage, workspace: Workspace, person: User
) -> None:
    here, first, second, yesterday, other, taken_back, later = (found(image, days) for days in range(7))

    def say(match: Match, minute: int, *, user: User = person, word: str = "allowed") -> None:
        made = decide(Match.objects.filter(pk=match.pk), word, user, NOW - timedelta(minutes=60 - minute))
        if match == taken_back:
            undo(made[0], NOW)

    say(first, 1)
    say(second, 2)
    say(yesterday, -24 * 60)
    say(other, 3, user=make_user())
    say(taken_back, 4)
    say(later, 5, word="later")
    queue = review.queue_around(workspace, here, person, "open", NOW)
    assert [slot.match for slot in queue.done] == [first, second]
    assert queue.n_today == 2
