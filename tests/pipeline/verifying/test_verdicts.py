"""What a match is called: the best of its pictures, as soon as that is sure."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from monitor import safefetch
from monitor.models import (
    Comparison,
    Match,
    Picture,
    Provider,
    ResultItem,
    SearchTarget,
    Strictness,
    WatchedImage,
)
from monitor.pipeline import verifying
from monitor.pipeline.ingesting import ingest
from monitor.pipeline.verifying import verdicts
from monitor.providers.base import Answer
from monitor.verification import METHOD_VERSION, STRICT, Label, label_for
from tests import factories
from tests.pipeline.conftest import Beside
from tests.pipeline.verifying.web import Web, hurry, look
from tests.verification import scenes

pytestmark = pytest.mark.django_db

GONE = safefetch.FetchError("There is nothing at this address any more.", permanent=True)
SLOW = safefetch.FetchError("The host took too long to answer.", permanent=False)


@pytest.fixture
def target(db: None) -> SearchTarget:
    return factories.make_target()


@pytest.fixture
def image(target: SearchTarget) -> WatchedImage:
    return target.watched_image


def ours(image: WatchedImage) -> bytes:
    with image.file.open("rb") as file:
        return bytes(file.read())


def another() -> bytes:
    """A picture that has nothing to do with those of the factories."""
    return scenes.encoded(scenes.scene(7))


def called(match: Match) -> tuple[str, bool]:
    """Its verdict, and whether there is more to look at."""
    match.refresh_from_db()
    return match.verdict, match.method_version == 0


def looked(match: Match, target: SearchTarget, label: str, score: float = 0.9, **picture: str) -> Picture:
    """A fetched picture of a match that was looked at already."""
    item = factories.make_found(match, target, file="pictures/aa/a.jpg", sha256="a" * 64, **picture)
    assert item.picture
    Comparison.objects.create(
        watched_image=match.watched_image,
        picture=item.picture,
        method_version=METHOD_VERSION,
        label=label,
        score=score,
        changes=[{"kind": "mirrored"}] if label == Label.MODIFIED else [],
    )
    return item.picture


def test_a_copy_is_called_one_and_another_picture_is_not(
    web: Web, target: SearchTarget, image: WatchedImage
) -> None:
    copy, other = factories.make_match(image), factories.make_match(image)
    web.show(copy, target, "https://a.com/1.jpg", ours(image))
    web.show(other, target, "https://b.com/2.jpg", another())
    look()
    assert called(copy) == ("exact", False)
    assert called(other)[0] == "similar"
    seen = Comparison.objects.get(picture__items__match=copy)
    assert (seen.label, seen.method_version) == ("exact", METHOD_VERSION)
    assert seen.placement and len(seen.placement) == 4
    assert copy.score == seen.score


def test_a_match_without_any_picture_cannot_be_checked(image: WatchedImage) -> None:
    match = factories.make_match(image)
    assert look() == 1
    assert called(match) == ("unverifiable", False)


def test_a_match_whose_pictures_all_failed_cannot_be_checked(
    web: Web, target: SearchTarget, image: WatchedImage
) -> None:
    match = factories.make_match(image)
    for address in ("https://a.com/1.jpg", "https://b.com/2.jpg"):
        web.show(match, target, address)
        web.answers[address] = GONE
    look()
    assert called(match) == ("unverifiable", False)


def test_it_stays_unchecked_while_a_picture_is_to_come(
    web: Web, target: SearchTarget, image: WatchedImage
) -> None:
    match = factories.make_match(image)
    web.show(match, target, "https://a.com/1.jpg", another())
    web.show(match, target, "https://b.com/2.jpg")
    web.answers["https://b.com/2.jpg"] = SLOW
    look()
    assert called(match) == ("unchecked", True)
    web.answers["https://b.com/2.jpg"] = ours(image)
    hurry()
    look()
    assert called(match) == ("exact", False)


def test_a_copy_is_enough_and_a_better_one_counts_later(
    web: Web, target: SearchTarget, image: WatchedImage
) -> None:
    match = factories.make_match(image)
    looked(match, target, Label.MODIFIED)
    web.show(match, target, "https://b.com/2.jpg", ours(image))
    verdicts.settle([match.pk])
    assert called(match) == ("modified", True)
    assert match.changes == [{"kind": "mirrored"}]
    look()
    assert called(match) == ("exact", False)
    assert match.changes == []


@pytest.mark.parametrize(
    ("labels", "best"),
    [
        (["similar", "exact", "modified"], "exact"),
        (["probable", "modified"], "modified"),
        (["unverifiable", "similar", "probable"], "probable"),
        (["unverifiable", "similar"], "similar"),
        (["unverifiable"], "unverifiable"),
    ],
)
def test_the_best_of_its_pictures_counts(target: SearchTarget, labels: list[str], best: str) -> None:
    match = factories.make_match(target.watched_image)
    for label in labels:
        looked(match, target, label, score=0.7 if label == "probable" else 0.9)
    verdicts.settle([match.pk])
    assert called(match) == (best, False)


@pytest.mark.parametrize("strictness", [0.6, STRICT, 0.95])
@pytest.mark.parametrize("score", [0.0, 0.55, 0.6, 0.7, STRICT, 0.9, 0.95, 1.0])
@pytest.mark.parametrize("label", list(Label))
def test_strictness_means_here_what_it_means_to_the_method(
    target: SearchTarget, label: Label, score: float, strictness: float
) -> None:
    match = factories.make_match(target.watched_image)
    Strictness.objects.create(workspace=match.workspace, score=strictness)
    looked(match, target, label, score)
    verdicts.settle([match.pk])
    assert called(match)[0] == label_for(label, score, strictness)


def test_a_new_picture_opens_a_verdict_again_and_leaves_the_decision(
    web: Web, target: SearchTarget, image: WatchedImage
) -> None:
    page = "https://shop.example.com/p/1"
    at = timezone.now() - timedelta(hours=1)
    answer = factories.an_answer(page)
    ingest(factories.make_search(target).pk, [answer], at)
    web.answers[f"{page}/picture.jpg"] = another()
    look()
    match = Match.objects.get()
    first, is_open = called(match)
    assert (first, is_open) == ("similar", False)
    Match.objects.update(decision=Match.Decision.FLAGGED)

    item = factories.an_item(page, image_url="https://elsewhere.com/2.jpg")
    again = factories.make_target(image, Provider.YANDEX)
    ingest(factories.make_search(again).pk, [Answer(items=[item])], at)
    assert called(match) == (first, True)
    web.answers["https://elsewhere.com/2.jpg"] = ours(image)
    look()
    assert called(match) == ("exact", False)
    assert match.decision == "flagged"


def test_a_known_picture_with_other_words_opens_nothing(web: Web, target: SearchTarget) -> None:
    page = "https://shop.example.com/p/1"
    ingest(factories.make_search(target).pk, [factories.an_answer(page)], timezone.now())
    web.answers[f"{page}/picture.jpg"] = another()
    look()
    reworded = factories.an_item(page, title="Another title")
    answer = Answer(items=[reworded])
    ingest(factories.make_search(target, is_confirming=True).pk, [answer], timezone.now())
    match = Match.objects.get()
    assert match.items.count() == 2
    assert not called(match)[1]


def test_a_picture_that_another_image_found_first_is_looked_at_again_by_its_copy(
    web: Web, target: SearchTarget, image: WatchedImage
) -> None:
    first = factories.make_match(image)
    picture = web.show(first, target, "https://a.com/1.jpg", ours(image))
    look()
    other = factories.make_target(factories.make_image(image.collection))
    second = factories.make_match(other.watched_image)
    item = factories.make_found(second, other)
    ResultItem.objects.filter(pk=item.pk).update(picture=picture)
    Picture.objects.exclude(pk=picture.pk).delete()
    look()
    assert len(web.asked) == 1
    assert not called(second)[1]
    assert Comparison.objects.filter(picture=picture).count() == 2


def test_nothing_is_judged_where_that_is_turned_off(
    web: Web, target: SearchTarget, image: WatchedImage
) -> None:
    match = factories.make_match(image)
    web.show(match, target, "https://a.com/1.jpg", ours(image))
    verifying.Round(pace=verifying.Pace(at_once=0, share=1.0)).look_due()
    assert called(match) == ("unchecked", True)
    assert Picture.objects.get().state == "fetched"
    look()
    assert called(match)[0] == "exact"


@pytest.mark.django_db(transaction=True)
def test_a_match_that_somebody_else_holds_is_left_for_later(web: Web) -> None:
    target = factories.make_target()
    match = factories.make_match(target.watched_image)
    web.show(match, target, "https://a.com/1.jpg", ours(target.watched_image))
    with transaction.atomic():
        Match.objects.select_for_update(no_key=True).get(pk=match.pk)
        beside = Beside(look)
        beside.join()
    assert called(match) == ("unchecked", True)
    look()
    assert called(match) == ("exact", False)
