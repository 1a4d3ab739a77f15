"""Deciding and taking back: entries stay, the match carries the newest that stands."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from monitor.decisions import decide, undo
from monitor.models import DecisionEntry, Match, WatchedImage
from tests.factories import make_image, make_match, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def image() -> WatchedImage:
    return make_image()


@pytest.fixture
def person() -> User:
    return make_user("mara@example.com", name="Mara Keller")


def say(
    person: User, decision: str, *matches: Match, minute: int = 0, note: str | None = None
) -> DecisionEntry:
    chosen = Match.objects.filter(pk__in=[match.pk for match in matches])
    return decide(chosen, decision, person, NOW + timedelta(minutes=minute), note=note)[0]


def told(match: Match) -> tuple[str, User | None, datetime | None, str]:
    match.refresh_from_db()
    return match.decision, match.decided_by, match.decided_at, match.note


def test_a_decision_is_kept_with_who_and_when(image: WatchedImage, person: User) -> None:
    match = make_match(image, verdict="modified")
    entry = say(person, "flagged", match, note="Sold without a licence")
    assert told(match) == ("flagged", person, NOW, "Sold without a licence")
    assert (entry.match, entry.user, entry.verdict, entry.made_at) == (match, person, "modified", NOW)
    assert entry.workspace == image.workspace


def test_a_decision_without_a_note_keeps_the_one_that_is_there(image: WatchedImage, person: User) -> None:
    match = make_match(image, note="Asked them in May")
    say(person, "later", match)
    assert told(match)[3] == "Asked them in May"
    say(person, "allowed", match, minute=1, note="")
    assert told(match)[3] == ""


def test_taking_back_opens_the_match_again(image: WatchedImage, person: User) -> None:
    match = make_match(image)
    entry = say(person, "not_ours", match, note="Another mug")
    undo(entry, NOW)
    assert told(match) == ("open", None, None, "Another mug")
    assert DecisionEntry.objects.get().undone_at == NOW


def test_taking_back_leaves_what_was_decided_before(image: WatchedImage, person: User) -> None:
    match, other = make_match(image), make_user()
    first = say(other, "allowed", match)
    undo(say(person, "flagged", match, minute=1), NOW)
    assert told(match)[:3] == ("allowed", other, first.made_at)


def test_taking_back_an_older_one_leaves_the_newer(image: WatchedImage, person: User) -> None:
    match = make_match(image)
    older = say(person, "allowed", match)
    say(person, "flagged", match, minute=1)
    undo(older, NOW)
    assert told(match)[0] == "flagged"


def test_what_was_decided_together_is_taken_back_together(image: WatchedImage, person: User) -> None:
    matches = [make_match(image) for _ in range(3)]
    alone = say(person, "flagged", make_match(image), minute=1)
    entry = say(person, "flagged", *matches)
    assert {match.pk for match in undo(entry, NOW)} == {match.pk for match in matches}
    assert {told(match)[0] for match in matches} == {"open"}
    alone.refresh_from_db()
    assert alone.undone_at is None


def test_saying_the_same_again_needs_one_way_back(image: WatchedImage, person: User) -> None:
    match = make_match(image)
    entry = say(person, "flagged", match)
    assert say(person, "flagged", match, minute=1, note="Sold there") == entry
    assert told(match) == ("flagged", person, NOW, "Sold there")
    undo(entry, NOW)
    assert told(match)[0] == "open"


def test_the_same_word_of_another_person_is_kept_beside(image: WatchedImage, person: User) -> None:
    match, other = make_match(image), make_user()
    say(other, "flagged", match)
    undo(say(person, "flagged", match, minute=1), NOW)
    assert told(match)[:2] == ("flagged", other)


def test_taking_back_twice_changes_nothing_more(image: WatchedImage, person: User) -> None:
    match = make_match(image)
    entry = say(person, "allowed", match)
    undo(entry, NOW)
    again = say(person, "flagged", match, minute=2)
    assert undo(entry, NOW + timedelta(minutes=3)) == []
    assert told(match)[:2] == ("flagged", again.user)


@pytest.mark.parametrize("n", [1, 30])
def test_it_locks_in_order_and_takes_as_many_queries_for_many(
    image: WatchedImage, person: User, n: int
) -> None:
    matches = [make_match(image) for _ in range(n)]
    with CaptureQueriesContext(connection) as captured:
        entry = say(person, "flagged", *matches)
        undo(entry, NOW)
    locking = [query["sql"] for query in captured if "FOR NO KEY UPDATE" in query["sql"]]
    assert len(locking) == 2
    assert all('ORDER BY "monitor_match"."id" ASC' in sql for sql in locking)
    assert len(captured) == 12


def test_of_two_who_decide_at_once_the_one_who_was_written_last_stands(
    image: WatchedImage, person: User
) -> None:
    """A clock is read before the match is locked: the moments may be in another order."""
    match = make_match(image)
    chosen = Match.objects.filter(pk=match.pk)
    decide(chosen, "flagged", person, NOW + timedelta(seconds=1))
    decide(chosen, "allowed", make_user(), NOW)
    (later,) = decide(chosen, "later", person, NOW + timedelta(seconds=2))
    undo(later, NOW + timedelta(seconds=3))
    match.refresh_from_db()
    assert match.decision == "allowed"
