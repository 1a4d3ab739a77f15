"""Another strictness: what it would change is said before, and no picture is looked at again."""

import pytest
from django.db import transaction

from monitor.models import Comparison, Match, SearchTarget, Strictness
from monitor.pipeline.verifying import strictness, verdicts
from monitor.verification import METHOD_VERSION, STRICT
from tests import factories
from tests.pipeline.conftest import Beside

pytestmark = pytest.mark.django_db

COPIES = [("exact", 0.97), ("modified", 0.93), ("modified", 0.8), ("probable", 0.7), ("probable", 0.62)]


def a_match(target: SearchTarget, *looks: tuple[str, float]) -> Match:
    """One that was judged by pictures of these labels and scores."""
    match = factories.make_match(target.watched_image)
    for label, score in looks:
        item = factories.make_found(match, target, file="pictures/aa/a.jpg")
        Comparison.objects.create(
            watched_image=match.watched_image,
            picture_id=item.picture_id or 0,
            method_version=METHOD_VERSION,
            label=label,
            score=score,
        )
    verdicts.settle([match.pk])
    return match


@pytest.fixture
def target(db: None) -> SearchTarget:
    """With five copies and a look-alike; another workspace has one, too."""
    target = factories.make_target()
    for label, score in COPIES:
        a_match(target, (label, score))
    a_match(target, ("similar", 0.9))
    a_match(factories.make_target(), ("modified", 0.8))
    return target


def labels(target: SearchTarget) -> list[str]:
    matches = Match.objects.filter(watched_image=target.watched_image).order_by("pk")
    return list(matches.values_list("verdict", flat=True))


@pytest.mark.parametrize(
    ("score", "changes", "wanted"),
    [
        (STRICT, {}, ["exact", "modified", "modified", "probable", "probable", "similar"]),
        (
            0.9,
            {("modified", "probable"): 1},
            ["exact", "modified", "probable", "probable", "probable", "similar"],
        ),
        (
            0.99,
            {("exact", "probable"): 1, ("modified", "probable"): 2},
            ["probable", "probable", "probable", "probable", "probable", "similar"],
        ),
        (
            0.65,
            {("probable", "modified"): 1},
            ["exact", "modified", "modified", "modified", "probable", "similar"],
        ),
    ],
)
def test_it_does_what_the_preview_said(
    target: SearchTarget, score: float, changes: dict[tuple[str, str], int], wanted: list[str]
) -> None:
    workspace = target.watched_image.workspace
    assert strictness.preview(workspace, score) == changes
    assert strictness.apply(workspace, score) == sum(changes.values())
    assert labels(target) == wanted
    assert Strictness.objects.of(workspace.pk) == score
    assert strictness.preview(workspace, score) == {}


def test_it_can_be_taken_back(target: SearchTarget) -> None:
    workspace = target.watched_image.workspace
    before = labels(target)
    strictness.apply(workspace, 0.99)
    strictness.apply(workspace, STRICT)
    assert labels(target) == before
    assert Match.objects.exclude(workspace=workspace).get().verdict == "modified"


def test_the_best_picture_at_the_new_strictness_counts(target: SearchTarget) -> None:
    match = a_match(target, ("exact", 0.8), ("modified", 0.95))
    match.refresh_from_db()
    assert match.verdict == "exact"
    strictness.apply(match.workspace, 0.9)
    match.refresh_from_db()
    assert (match.verdict, match.score) == ("modified", 0.95)


def test_matches_that_are_gone_are_not_announced_but_changed(target: SearchTarget) -> None:
    Match.objects.update(gone_at="2026-01-01T00:00:00Z")
    workspace = target.watched_image.workspace
    assert strictness.preview(workspace, 0.99) == {}
    assert strictness.apply(workspace, 0.99) == 3


@pytest.mark.django_db(transaction=True)
def test_a_verdict_that_is_being_written_waits_for_the_strictness() -> None:
    target = factories.make_target()
    match = a_match(target, ("modified", 0.8))
    late = factories.make_match(target.watched_image)
    Match.objects.filter(pk=match.pk).update(method_version=0)
    with transaction.atomic():
        strictness.apply(match.workspace, 0.9)
        beside = Beside(lambda: verdicts.settle([match.pk, late.pk]))
        assert beside.is_waiting()
    beside.join()
    match.refresh_from_db()
    assert match.verdict == "probable"
    assert Strictness.objects.get().score == 0.9
