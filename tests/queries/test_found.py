"""The picture that stands for a match in lists and mails."""

import pytest

from monitor.models import Match, ResultItem, SearchTarget
from monitor.queries.found import NOT_YET, items_of, pictures_of
from tests.factories import make_found, make_image, make_look, make_match, make_target

pytestmark = pytest.mark.django_db
TEXT = [{"kind": "text", "where": "bottom"}]


@pytest.fixture
def target() -> SearchTarget:
    return make_target(make_image())


@pytest.fixture
def match(target: SearchTarget) -> Match:
    return make_match(target.watched_image, verdict="modified", score=0.91, changes=TEXT)


def fetched(match: Match, target: SearchTarget) -> ResultItem:
    return make_found(match, target, file=match.watched_image.thumbnail.name)


def test_it_is_the_one_that_decided_the_verdict(match: Match, target: SearchTarget) -> None:
    best = fetched(match, target)
    make_look(best, "modified", score=0.91, changes=TEXT)
    make_look(fetched(match, target), "modified", score=0.91, changes=[{"kind": "blurred"}])
    make_look(fetched(match, target), "similar", score=0.1)
    assert pictures_of([match.pk])[match.pk].src == f"/found/{best.pk}.jpg"
    assert items_of([match.pk]) == {match.pk: best}


def test_it_is_the_newest_while_none_decided(match: Match, target: SearchTarget) -> None:
    Match.objects.update(verdict="unchecked", score=None)
    fetched(match, target)
    newest = fetched(match, target)
    make_found(match, target)
    assert pictures_of([match.pk])[match.pk].src == f"/found/{newest.pk}.jpg"


def test_an_item_without_a_picture_comes_last(match: Match, target: SearchTarget) -> None:
    pending = make_found(match, target)
    bare = make_found(match, target)
    ResultItem.objects.filter(pk=bare.pk).update(picture=None)
    assert pictures_of([match.pk])[match.pk].reason == NOT_YET
    assert items_of([match.pk]) == {match.pk: pending}
    whole = fetched(match, target)
    ResultItem.objects.filter(pk=make_found(match, target).pk).update(picture=None)
    assert pictures_of([match.pk])[match.pk].src == f"/found/{whole.pk}.jpg"
