"""The pictures of a match with what our look says, and the one that is in front."""

import pytest

from monitor.models import Match, Picture, ResultItem, SearchTarget, Strictness
from monitor.queries.looks import looks_of, stage_of
from tests.factories import make_found, make_image, make_look, make_match, make_target

pytestmark = pytest.mark.django_db
WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]


@pytest.fixture
def target() -> SearchTarget:
    return make_target(make_image())


@pytest.fixture
def match(target: SearchTarget) -> Match:
    return make_match(target.watched_image)


def found(match: Match, target: SearchTarget, label: str = "", **fields: object) -> ResultItem:
    item = make_found(match, target, file=match.watched_image.thumbnail.name)
    if label:
        make_look(item, label, **fields)
    return item


def test_the_best_picture_is_in_front(match: Match, target: SearchTarget) -> None:
    for label in ("similar", "modified", "", "probable", "exact", "unverifiable"):
        found(match, target, label, score=0.7 if label == "probable" else 0.9)
    looks = looks_of(match)
    assert [look.verdict for look in looks] == [
        "exact", "modified", "probable", "unchecked", "similar", "unverifiable"
    ]  # fmt: skip
    assert stage_of(match, looks, "").look == looks[0]
    third = looks[2]
    assert third.item
    assert stage_of(match, looks, str(third.item.pk)).look == third
    assert stage_of(match, looks, "0").look == looks[0]


def test_of_equals_the_surest_is_in_front(match: Match, target: SearchTarget) -> None:
    surest = found(match, target, "modified", score=0.95)
    found(match, target, "modified", score=0.9)
    assert looks_of(match)[0].item == surest


def test_what_is_seen_is_told(match: Match, target: SearchTarget) -> None:
    changes = [{"kind": "cropped", "share": 0.6}]
    item = found(match, target, "modified", changes=changes, visible_share=0.6, placement=WHOLE)
    stage = stage_of(match, looks_of(match), "")
    assert (stage.look.changes, stage.look.visible_share) == (changes, 0.6)
    assert stage.look.picture.src == f"/found/{item.pk}.jpg"
    assert (stage.width, stage.height) == (64, 64)
    assert stage.placing
    assert stage.placing.matrix == "matrix(64.00 0.00 0.00 64.00 0.00 0.00)"


def test_the_newest_version_of_the_method_counts(match: Match, target: SearchTarget) -> None:
    item = found(match, target, "similar", method_version=1)
    make_look(item, "exact", method_version=2)
    assert [look.verdict for look in looks_of(match)] == ["exact"]


def test_a_strict_workspace_calls_a_copy_probable(match: Match, target: SearchTarget) -> None:
    found(match, target, "modified", score=0.8)
    assert looks_of(match)[0].verdict == "modified"
    Strictness.objects.create(workspace=match.workspace, score=0.9)
    assert looks_of(match)[0].verdict == "probable"


def test_one_picture_is_one_look(match: Match, target: SearchTarget) -> None:
    """By whatever item or address it came."""
    older, newer = found(match, target), found(match, target)
    Picture.objects.filter(items__in=[older, newer]).update(sha256="a" * 64)
    make_look(newer)
    assert [look.item for look in looks_of(match)] == [newer]


def test_a_picture_that_could_not_be_had_says_why(match: Match, target: SearchTarget) -> None:
    make_found(match, target, state="failed", error="The site did not answer.")
    stage = stage_of(match, looks_of(match), "")
    assert (stage.look.verdict, stage.look.picture.reason) == ("unverifiable", "The site did not answer.")
    assert (stage.width, stage.height) == (320, 320)


def test_a_match_without_a_picture_has_a_stage(match: Match) -> None:
    stage = stage_of(match, looks_of(match), "7")
    assert (stage.look.item, stage.look.picture.reason) == (None, "The engine named no picture.")


def test_a_copy_that_is_lost_leaves_the_page_whole(match: Match, target: SearchTarget) -> None:
    make_found(match, target, file="found/lost.jpg")
    assert stage_of(match, looks_of(match), "").width == 320
