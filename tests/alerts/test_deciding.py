"""When a run is told, and what of it to whom."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from accounts.models import Membership
from monitor.alerts import deciding
from monitor.models import Alert, AlertItem, Delivery, Follow, Match, Search
from monitor.pipeline.ingesting import ingest
from tests import factories
from tests.alerts.world import (
    A_WEEK,
    AN_HOUR,
    START,
    World,
    add_follow,
    add_follower,
    judge,
    pages,
    settle,
    told_to,
)

NEXT = START + A_WEEK


def decide(world: World) -> None:
    deciding.decide_due(NEXT + AN_HOUR)


def test_a_run_that_cannot_be_told_silences_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.baseline()
    broken, sound = world.sweep(NEXT, *pages(1)), world.sweep(NEXT + AN_HOUR, *pages(2))
    settle()
    real = deciding.decide
    monkeypatch.setattr(deciding, "decide", lambda run, at: real(run, at) if run != broken else bool(1 / 0))
    deciding.decide_due(NEXT + AN_HOUR)
    sound.refresh_from_db()
    assert sound.told_at == NEXT + AN_HOUR


def test_it_tells_the_new_matches_of_a_run_once(world: World) -> None:
    world.baseline()
    run = world.sweep(NEXT, *pages(3), yandex=["https://shop1.example/p/1"])
    settle()
    decide(world)
    run.refresh_from_db()
    assert run.told_at == NEXT + AN_HOUR
    assert told_to(world.person) == pages(3)
    assert [alert.kind for alert in world.person.alerts.all()] == [Alert.Kind.RUN]
    decide(world)
    assert Delivery.objects.count() == 1


def test_it_keeps_the_best_rank_on_each_engine(world: World) -> None:
    world.baseline()
    world.sweep(NEXT, *pages(2), yandex=["https://shop2.example/p/2"])
    decide(world)
    item = AlertItem.objects.get(match__page_url="https://shop2.example/p/2")
    assert item.ranks == {"google": 4, "yandex": 3}


def test_a_baseline_tells_nobody(world: World) -> None:
    run = world.baseline()
    decide(world)
    run.refresh_from_db()
    assert run.told_at
    assert not Alert.objects.exists()


def test_a_run_without_news_writes_no_mail(world: World) -> None:
    world.baseline()
    world.sweep(NEXT)
    decide(world)
    assert not Alert.objects.exists()


def test_a_returned_match_tells_nobody(world: World) -> None:
    world.baseline()
    Match.objects.filter(page_url__endswith="/b").update(last_seen_at=START, gone_at=START + AN_HOUR)
    run = world.sweep(NEXT)
    decide(world)
    assert Search.objects.get(run=run, target=world.google).n_returned == 1
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"gone_at": NEXT},
        {"unwatched_at": NEXT},
        {"decision": Match.Decision.NOT_OURS},
        *({"verdict": verdict} for verdict in ("similar", "probable", "unverifiable", "unchecked")),
    ],
)
def test_what_is_not_live_or_no_sure_copy_is_not_told(world: World, change: dict[str, object]) -> None:
    world.baseline()
    world.sweep(NEXT, *pages(1))
    Match.objects.filter(page_url=pages(1)[0]).update(**change)
    decide(world)
    assert not Alert.objects.exists()


@pytest.mark.parametrize("state", [Search.State.PLANNED, Search.State.HELD, Search.State.WAITING])
def test_it_waits_while_a_search_is_open(world: World, state: Search.State) -> None:
    world.baseline()
    run = world.sweep(NEXT, *pages(1))
    settle()
    factories.make_search(factories.make_target(world.image, language_code="fr"), run, state=state)
    decide(world)
    assert not Alert.objects.exists()


def test_it_waits_for_verdicts_but_at_most_15_minutes(world: World) -> None:
    world.baseline()
    run = world.sweep(NEXT, *pages(1), verdict="")
    deciding.decide_due(NEXT + timedelta(minutes=14))
    run.refresh_from_db()
    assert run.told_at is None
    deciding.decide_due(NEXT + timedelta(minutes=15))
    run.refresh_from_db()
    assert run.told_at
    assert not Alert.objects.exists()


@pytest.mark.parametrize("verdict", ["exact", "modified", "probable", "similar", "unverifiable"])
def test_it_tells_as_soon_as_all_have_verdicts(world: World, verdict: str) -> None:
    world.baseline()
    run = world.sweep(NEXT, *pages(2), verdict="")
    Match.objects.filter(page_url=pages(1)[0]).update(verdict=verdict, method_version=1)
    deciding.decide_due(NEXT)
    run.refresh_from_db()
    assert run.told_at is None
    judge("modified")
    deciding.decide_due(NEXT)
    is_copy = verdict in ("exact", "modified")
    assert told_to(world.person) == (pages(2) if is_copy else pages(2)[1:])


def test_a_copy_needs_no_more_pictures(world: World) -> None:
    world.baseline()
    world.sweep(NEXT, *pages(1), verdict="")
    Match.objects.filter(page_url=pages(1)[0]).update(verdict="exact")
    deciding.decide_due(NEXT)
    assert told_to(world.person) == pages(1)


@pytest.mark.parametrize("fetched", [True, False])
def test_where_nothing_is_judged_all_is_told_once_pictures_are_settled(
    world: World, settings: Settings, fetched: bool
) -> None:
    settings.VERIFY_AT_ONCE = 0
    world.baseline()
    world.sweep(NEXT, *pages(1), verdict="")
    deciding.decide_due(NEXT)
    assert not Alert.objects.exists()
    settle(fetched=fetched)
    deciding.decide_due(NEXT)
    assert told_to(world.person) == pages(1)


def test_only_followers_who_are_members_still_are_told(world: World) -> None:
    gone, silent = add_follower(world), add_follower(world, Follow.Frequency.OFF)
    closed = add_follower(world)
    closed.is_active = False
    closed.save()
    bystander = factories.make_member(world.workspace)
    Membership.objects.filter(user=gone).delete()
    other = factories.make_workspace(gone)
    add_follow(gone, factories.make_collection(other))
    world.baseline()
    world.sweep(NEXT, *pages(1))
    decide(world)
    assert [alert.user for alert in Alert.objects.all()] == [world.person]
    assert not told_to(silent) + told_to(bystander) + told_to(closed)


def test_a_deleted_workspace_tells_nobody_and_is_not_looked_at_again(world: World) -> None:
    world.baseline()
    run = world.sweep(NEXT, *pages(1))
    world.workspace.deleted_at = NEXT
    world.workspace.save()
    decide(world)
    run.refresh_from_db()
    assert run.told_at
    assert not Alert.objects.exists()


def test_what_was_found_before_somebody_followed_is_not_told_to_them(world: World) -> None:
    late = factories.make_member(world.workspace)
    add_follow(late, world.collection, since=NEXT + timedelta(seconds=1))
    world.baseline()
    world.sweep(NEXT, *pages(1))
    decide(world)
    world.sweep(NEXT + A_WEEK, *pages(2))
    deciding.decide_due(NEXT + A_WEEK + AN_HOUR)
    assert told_to(world.person) == pages(2)
    assert told_to(late) == pages(2)[1:]


def test_a_match_is_told_once_even_when_two_runs_call_it_new(world: World) -> None:
    world.baseline()
    first = world.sweep(NEXT, *pages(1))
    decide(world)
    second = world.sweep(NEXT + A_WEEK, *pages(1))
    news = Search.objects.get(run=first, target=world.google).new_ids
    Search.objects.filter(run=second, target=world.google).update(new_ids=news)
    deciding.decide_due(NEXT + A_WEEK + AN_HOUR)
    assert Alert.objects.count() == 1


def test_an_answer_cut_short_tells_what_it_found(world: World) -> None:
    world.baseline()
    run = factories.make_run(world.collection, NEXT)
    search = factories.make_search(world.google, run)
    ingest(search.pk, [factories.an_answer(*pages(1))], NEXT, cut_short="The quota was used up.")
    judge()
    decide(world)
    assert told_to(world.person) == pages(1)
