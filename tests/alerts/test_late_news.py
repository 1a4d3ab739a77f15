"""Copies that are seen only after their run was told are told then, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from monitor.alerts import deciding
from monitor.alerts.telling import tell
from monitor.models import Alert, AlertItem, Comparison, Delivery, Follow, Match, Picture, Run, Untold
from monitor.pipeline.verifying import strictness, verdicts
from monitor.verification import METHOD_VERSION
from tests.alerts.world import A_WEEK, AN_HOUR, START, World, add_follower, pages, settle, told_to

NEXT = START + A_WEEK
TOLD = NEXT + timedelta(minutes=15)
GATHERED = deciding.LATE_ONES_GATHER


@pytest.fixture
def run(world: World) -> Run:
    """Three new matches, told before any has a verdict."""
    world.baseline()
    run = world.sweep(NEXT, *pages(3), verdict="")
    tell(TOLD)
    assert not Alert.objects.exists()
    return run


def see(label: str, *found: str, score: float = 0.9) -> None:
    """The pictures of these pages arrive late and are seen to be that."""
    matches = Match.objects.filter(page_url__in=found)
    settle()
    for picture in Picture.objects.filter(items__match__in=matches).distinct():
        Comparison.objects.create(
            watched_image=matches[0].watched_image,
            picture=picture,
            method_version=METHOD_VERSION,
            label=label,
            score=score,
        )
    verdicts.settle([match.pk for match in matches])


@pytest.mark.parametrize("label", ["exact", "modified"])
def test_a_copy_is_told_when_it_is_seen(world: World, run: Run, label: str) -> None:
    see(label, *pages(2))
    tell(TOLD + AN_HOUR)
    assert told_to(world.person) == pages(2)
    assert not Delivery.objects.exclude(subject="").exists()
    tell(TOLD + AN_HOUR + GATHERED)
    assert Delivery.objects.get().subject == "2 new matches: Tidal mug · Product, Halden"
    assert {item.run for item in AlertItem.objects.all()} == {run}


def test_what_comes_soon_after_goes_into_the_same_mail(world: World, run: Run) -> None:
    for minute, page in enumerate(pages(3)):
        see("exact", page)
        tell(TOLD + timedelta(minutes=minute))
    tell(TOLD + GATHERED)
    assert [delivery.subject[:13] for delivery in Delivery.objects.all()] == ["3 new matches"]
    assert not Untold.objects.exists()


def test_what_comes_after_that_mail_has_one_of_its_own(world: World, run: Run) -> None:
    see("exact", *pages(1))
    tell(TOLD)
    tell(TOLD + GATHERED)
    see("exact", pages(2)[1])
    tell(TOLD + AN_HOUR)
    tell(TOLD + AN_HOUR + GATHERED)
    assert [alert.kind for alert in Alert.objects.all()] == ["late", "late"]
    assert told_to(world.person) == pages(2)


@pytest.mark.parametrize("label", ["probable", "similar", "unverifiable"])
def test_what_is_no_sure_copy_is_not_told(world: World, run: Run, label: str) -> None:
    see(label, *pages(1), score=0.5)
    tell(TOLD + AN_HOUR)
    assert not Alert.objects.exists()


def test_a_digest_takes_late_ones_too_and_nobody_is_told_twice(world: World, run: Run) -> None:
    daily = add_follower(world, Follow.Frequency.DAILY)
    see("exact", *pages(1))
    for hours in range(30):
        tell(TOLD + AN_HOUR * hours)
    assert told_to(daily) == told_to(world.person) == pages(1)


def test_what_went_meanwhile_is_not_told(world: World, run: Run) -> None:
    see("exact", *pages(2))
    Match.objects.filter(page_url=pages(1)[0]).update(gone_at=timezone.now())
    tell(TOLD + AN_HOUR)
    assert told_to(world.person) == pages(2)[1:]
    assert Untold.objects.count() == 1


def test_another_strictness_tells_nobody(world: World, run: Run) -> None:
    see("probable", *pages(1), score=0.7)
    assert strictness.apply(world.workspace, 0.6) == 1
    tell(TOLD + AN_HOUR)
    assert Match.objects.get(page_url=pages(1)[0]).verdict == "modified"
    assert not Alert.objects.exists()


def test_what_a_second_look_at_old_answers_found_is_not_told(world: World, run: Run) -> None:
    """Such a match was never news of a run that was told."""
    Untold.objects.filter(match__page_url=pages(1)[0]).delete()
    see("exact", *pages(1))
    tell(TOLD + AN_HOUR)
    assert not Alert.objects.exists()


def test_a_verdict_that_was_due_is_told_whoever_writes_it(world: World, run: Run) -> None:
    """The worker was killed, or found the match locked, just when the strictness was changed."""
    match = Match.objects.get(page_url=pages(1)[0])
    see("modified", *pages(1), score=0.75)
    Match.objects.filter(pk=match.pk).update(verdict=Match.Verdict.UNCHECKED, method_version=0)
    assert strictness.apply(world.workspace, 0.7) == 1
    verdicts.settle([match.pk])
    tell(TOLD + AN_HOUR)
    assert told_to(world.person) == pages(1)
