"""Answers read anew: as if they had been read so from the start, and silently."""

from random import Random
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from monitor.models import (
    Match,
    Nudge,
    Payload,
    Provider,
    ResultItem,
    Run,
    Search,
    SearchTarget,
)
from monitor.pipeline.rereading.revising import Revision, revise
from monitor.providers.base import Answer
from tests.factories import an_answer, an_item, make_image, make_match, make_search, make_target
from tests.pipeline.ingesting.test_ingesting import A, B, C, D, at, pages
from tests.pipeline.rereading.test_replaying import PAGES, draw, take

pytestmark = pytest.mark.django_db


def answered(target: SearchTarget, days: float, *urls: str) -> Search:
    """A search that was answered with these pages, and told."""
    search = make_search(target)
    take(search, list(urls), days, is_partial=False)
    Run.objects.update(told_at=timezone.now())
    search.refresh_from_db()
    return search


def read_anew(search: Search, *urls: str, **options: Any) -> Revision:
    revision = revise(search.pk, [an_answer(*urls)], **options)
    assert revision
    search.refresh_from_db()
    return revision


def changes(search: Search) -> tuple[list[str], list[str], list[str], int]:
    """Pages that are new, gone and returned in a search, and how many moved."""
    search.refresh_from_db()
    return pages(search.new_ids), pages(search.gone_ids), pages(search.returned_ids), search.n_moved


def everything() -> list[object]:
    """All that an answer leaves behind, without numbers of rows."""
    searches = [
        (*changes(search), pages(search.item_ids), search.rank_absolute, search.n_items, search.state)
        for search in Search.objects.order_by("pk")
    ]
    counts = Search.objects.order_by("pk").values_list("n_new", "n_gone", "n_returned")
    matches = (
        Match.objects.exclude(gone_at=F("first_seen_at"))
        .order_by("page_url")
        .values_list("page_url", "first_seen_at", "known_at_start", "last_seen_at", "gone_at", "unwatched_at")
    )
    return [*searches, *counts, *matches]


def history(seed: int, wrong: int | None, *, n: int = 16) -> None:
    """Answers of two engines; one of them is read wrongly and then anew."""
    dice, image = Random(seed), make_image()
    targets = [make_target(image), make_target(image, Provider.YANDEX)]
    right, made = PAGES[:5], []
    for number in range(n):
        right = draw(dice, right)
        search, is_partial, bad = make_search(dice.choice(targets)), dice.random() < 0.2, draw(dice, right)
        take(search, bad if number == wrong else right, number * 1.5, is_partial=is_partial)
        made.append((search, right, is_partial))
    Run.objects.update(told_at=at(100))
    if wrong is not None:
        search, right, is_partial = made[wrong]
        assert revise(search.pk, [an_answer(*right, is_partial=is_partial)])


@pytest.mark.parametrize("wrong", [0, 1, 4, 9, 15])
@pytest.mark.parametrize("seed", range(6))
def test_it_is_as_if_it_had_been_read_so_from_the_start(seed: int, wrong: int) -> None:
    history(seed, None)
    wanted = everything()
    Search.objects.all().delete()
    Match.objects.all().delete()
    SearchTarget.objects.all().delete()
    history(seed, wrong)
    assert everything() == wanted


def test_what_it_adds_is_as_old_as_the_answer() -> None:
    target = make_target()
    answered(target, 0, A)
    search, later = answered(target, 4, A), answered(target, 8, A, B)
    revision = read_anew(search, A, B)
    assert (revision.appeared, revision.vanished, revision.others) == (1, 0, 1)
    assert (changes(search)[0], changes(later)[0]) == ([B], [])
    assert Match.objects.get(page_url=B).first_seen_at == at(4)


def shown() -> list[str]:
    return list(Match.objects.all().counted().order_by("page_url").values_list("page_url", flat=True))


def test_what_was_never_there_is_withdrawn() -> None:
    """Its rows stay, and nothing shows it: neither as present nor as gone."""
    target = make_target()
    search = answered(target, 0, A, B)
    assert read_anew(search, A).vanished == 1
    match = Match.objects.get(page_url=B)
    assert (match.first_seen_at, match.gone_at, match.last_seen_at) == (at(0), at(0), at(0))
    assert shown() == [A]
    assert (changes(search), ResultItem.objects.count()) == (([A], [], [], 0), 2)


def test_it_is_never_called_gone() -> None:
    target = make_target()
    read_anew(answered(target, 0, A, B), A)
    for days in (4, 8, 12):
        assert changes(answered(target, days, A)) == ([], [], [], 0)


def test_it_is_new_when_an_answer_holds_it() -> None:
    target = make_target()
    read_anew(answered(target, 0, A, B), A)
    search = answered(target, 4, A, B)
    match = Match.objects.get(page_url=B)
    assert (changes(search)[0], changes(search)[2]) == ([B], [])
    assert (match.first_seen_at, match.known_at_start) == (at(4), False)
    assert (match.gone_at, match.last_seen_at) == (None, None)


@pytest.mark.parametrize("is_active", [True, False])
def test_it_is_new_in_a_partial_answer_too(is_active: bool) -> None:
    target = make_target()
    read_anew(answered(target, 0, A, B), A)
    SearchTarget.objects.update(is_active=is_active)
    search = make_search(target)
    take(search, [A, B], 4, is_partial=True)
    match = Match.objects.get(page_url=B)
    assert changes(search)[0] == [B]
    assert (match.first_seen_at, match.gone_at, bool(match.unwatched_at)) == (at(4), None, not is_active)


def test_it_is_there_again_when_its_answer_is_put_back() -> None:
    search = answered(make_target(), 0, A, B)
    was = everything()
    read_anew(search, A)
    read_anew(search, A, B)
    assert everything() == was


@pytest.mark.parametrize("touched", [{"decision": "flagged"}, {"note": "Ask the lawyers."}])
def test_what_a_person_has_dealt_with_is_among_the_gone(touched: dict[str, str]) -> None:
    target = make_target()
    search = answered(target, 0, A, B)
    Match.objects.filter(page_url=B).update(**touched)
    read_anew(search, A)
    assert Match.objects.get(page_url=B).gone_at == at(0)
    assert shown() == [A, B]
    assert Match.objects.all().live().get().page_url == A


def test_another_place_is_another_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Near the end of a full list an absence takes longer to believe."""
    monkeypatch.setattr(SearchTarget, "depth", 5)
    e, f, *full = PAGES[4], PAGES[5], A, B, C, D
    target = make_target()
    answered(target, 0, *full, e)
    low = answered(target, 4, *full, e)
    answered(target, 8, *full, f)
    last = answered(target, 12, *full, f)
    assert changes(last)[1] == []
    read_anew(low, e, *full)
    assert changes(last)[1] == [e]
    assert Match.objects.get(page_url=e).gone_at == at(8)


def test_an_answer_that_broke_us_lacks_what_it_lacks() -> None:
    target = make_target()
    answered(target, 0, A, B, C)
    broken = make_search(target, state=Search.State.FAILED, ended_at=at(4), error="Never finished.")
    last = answered(target, 8, A, B)
    assert changes(last)[1] == []
    read_anew(broken, A, B)
    assert changes(last)[1] == [C]
    assert Match.objects.get(page_url=C).gone_at == at(4)


def test_a_wrong_absence_confirms_nothing() -> None:
    """The second of two answers without a page had called it gone, and the third had brought it back."""
    target = make_target()
    answered(target, 0, A, B, C)
    answered(target, 4, A, B)
    second, third = answered(target, 8, A, B), answered(target, 12, A, B, C)
    assert (changes(second)[1], changes(third)[2]) == ([C], [C])
    read_anew(second, A, B, C)
    assert (changes(second)[1], changes(third)[2]) == ([], [])
    assert (second.n_gone, third.n_returned) == (0, 0)


def test_a_wrong_presence_hid_that_it_was_gone() -> None:
    target = make_target()
    answered(target, 0, A, B, C)
    first, second = answered(target, 4, A, B, C), answered(target, 8, A, B)
    read_anew(first, A, B)
    assert changes(second)[1] == [C]
    gone = Match.objects.get(page_url=C)
    assert (gone.gone_at, gone.last_seen_at) == (at(4), at(0))


def test_a_new_order_changes_what_moved_here_and_in_the_next() -> None:
    target = make_target()
    answered(target, 0, A, B, C)
    middle, last = answered(target, 4, A, B, C), answered(target, 8, A, B, C)
    revision = read_anew(middle, B, A, C)
    assert (revision.moved, revision.appeared, revision.others) == (2, 0, 1)
    assert (changes(middle)[3], changes(last)[3]) == (2, 2)


def test_better_titles_are_other_items_of_the_same_matches() -> None:
    search = answered(make_target(), 0, A, B)
    better = Answer(items=[an_item(A, 1, title="A better title"), an_item(B, 2)])
    revision = revise(search.pk, [better])
    assert revision and (revision.reworded, revision.appeared, revision.vanished) == (1, 0, 0)
    search.refresh_from_db()
    titles = ResultItem.objects.in_bulk(search.item_ids)
    assert titles[search.item_ids[0]].title == "A better title"
    assert search.new_ids == search.item_ids


def test_the_same_answer_changes_nothing() -> None:
    search = answered(make_target(), 0, A, B)
    Nudge.objects.all().delete()
    was = everything()
    assert not read_anew(search, A, B).is_change
    assert everything() == was


def test_a_trial_tells_what_it_would_change_and_changes_nothing() -> None:
    search = answered(make_target(), 0, A, B)
    was = everything()
    assert read_anew(search, A, C, is_trial=True).appeared == 1
    assert everything() == was


def test_nothing_is_revised_before_it_is_told() -> None:
    """Else a mail could gather what is found here."""
    search = answered(make_target(), 0, A)
    Run.objects.update(told_at=None)
    assert revise(search.pk, [an_answer(A, B)]) is None


def test_nothing_is_told(django_capture_on_commit_callbacks: Any) -> None:
    target = make_target()
    answered(target, 0, A)
    search = answered(target, 4, A)
    Nudge.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        read_anew(search, A, B)
    assert list(Nudge.objects.values_list("name", flat=True)) == ["fetch"]
    assert Run.objects.filter(told_at=None).count() == 0


def test_open_and_skipped_ones_and_those_of_deleted_workspaces_are_left_alone() -> None:
    open_one = make_search(make_target())
    skipped = make_search(make_target(), state=Search.State.SKIPPED, ended_at=at(0))
    Run.objects.update(told_at=at(0))
    deleted = answered(make_target(), 0, A)
    workspace = deleted.watched_image.workspace
    workspace.deleted_at = at(1)
    workspace.save()
    assert [revise(s.pk, [an_answer(A)]) for s in (open_one, skipped, deleted)] == [None, None, None]


def test_an_answer_that_broke_us_is_taken_after_all() -> None:
    target = make_target()
    broken = make_search(target, state=Search.State.FAILED, ended_at=at(0), error="Never finished.")
    answered(target, 4, A, B)
    read_anew(broken, A)
    assert (broken.state, broken.error, broken.observed_at, changes(broken)[0]) == ("done", "", at(0), [A])
    first = Match.objects.get(page_url=A)
    assert (first.first_seen_at, first.known_at_start) == (at(0), True)


def test_a_resting_target_sees_nothing_that_is_watched() -> None:
    target = make_target()
    search = answered(target, 0, A)
    SearchTarget.objects.update(is_active=False)
    read_anew(search, A, B)
    assert Match.objects.get(page_url=B).unwatched_at


def test_a_new_body_takes_the_place_of_the_old() -> None:
    search = answered(make_target(), 0, A)
    task = search.provider_tasks.create(provider="dataforseo", tag="t", posted_at=at(0))
    Payload.objects.create(provider_task=task, body=b"old")
    read_anew(search, A, bodies={task.pk: b"new"}, is_trial=True)
    assert bytes(Payload.objects.get().body) == b"old"
    read_anew(search, A, bodies={task.pk: b"new"})
    assert bytes(Payload.objects.get().body) != b"old"


def test_a_page_that_another_engine_knew_first_keeps_its_day() -> None:
    image = make_image()
    answered(make_target(image, Provider.YANDEX), 0, D)
    search = answered(make_target(image), 4, A)
    read_anew(search, A, D)
    assert (changes(search)[0], Match.objects.get(page_url=D).first_seen_at) == ([A], at(0))


def test_other_images_are_left_alone() -> None:
    other = make_match(make_image(), B)
    read_anew(answered(make_target(), 0, A), A, B)
    other.refresh_from_db()
    assert other.first_seen_at > at(0)
