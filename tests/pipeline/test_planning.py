"""Runs and searches from cadences and by hand; targets follow the markets."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from monitor import cadence
from monitor.models import (
    AccountState,
    Collection,
    Market,
    Match,
    Provider,
    Run,
    Search,
    SearchTarget,
    WatchedImage,
)
from monitor.pipeline import planning
from monitor.pipeline.engines import Account, holds
from monitor.pipeline.ingesting import ingest
from tests.factories import (
    an_answer,
    make_collection,
    make_image,
    make_search,
    make_target,
    make_user,
    make_workspace,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]
MONDAY = datetime(2026, 11, 16, 5, tzinfo=UTC)


def a_collection(**fields: Any) -> Collection:
    """Weekly on Monday at 05:00 UTC, with one image that is asked on both engines."""
    collection = make_collection(cadence="0 5 * * 1", **fields)
    image = make_image(collection)
    for provider in Provider:
        make_target(image, provider)
    return collection


def due(collection: Collection) -> datetime:
    """The moment of a Monday's slot, its spread included."""
    return MONDAY + timedelta(minutes=cadence.spread_minutes(collection.pk))


def test_a_new_collection_waits_for_its_next_slot() -> None:
    collection = a_collection()
    planning.schedule_next(collection, MONDAY - timedelta(days=2))
    assert collection.next_run_at == due(collection)


def test_a_slot_becomes_a_run_with_a_search_for_each_target() -> None:
    collection = a_collection()
    planning.schedule_next(collection, MONDAY - timedelta(days=2))
    run = planning.plan_collection(collection, due(collection))
    assert run is not None
    assert (run.number, run.scheduled_for, run.trigger) == (1, MONDAY, "schedule")
    assert list(run.searches.values_list("state", "seq", "is_baseline")) == [("planned", 1, True)] * 2
    assert collection.next_run_at == due(collection) + timedelta(days=7)


def test_the_slot_is_planned_once() -> None:
    collection = a_collection()
    planning.schedule_next(collection, MONDAY - timedelta(days=2))
    planning.plan_collection(collection, due(collection))
    Search.objects.update(state=Search.State.DONE)
    assert planning.plan_collection(collection, due(collection) + timedelta(minutes=1)) is None
    assert planning.create_run(collection, trigger=Run.Trigger.SCHEDULE, scheduled_for=MONDAY) is None
    assert Run.objects.count() == 1


def test_after_downtime_only_the_latest_slot_is_asked() -> None:
    collection = a_collection()
    planning.schedule_next(collection, MONDAY - timedelta(days=2))
    planning.plan_collection(collection, due(collection) + timedelta(days=15))
    rows = Search.objects.order_by("run__scheduled_for", "pk").values_list("run__scheduled_for", "state")
    weeks = [MONDAY + timedelta(days=7 * n) for n in range(3)]
    assert (
        list(rows) == [(weeks[0], "skipped")] * 2 + [(weeks[1], "skipped")] * 2 + [(weeks[2], "planned")] * 2
    )
    assert set(Search.objects.filter(state="skipped").values_list("error", flat=True)) == {planning.MISSED}


def test_plan_due_takes_what_is_due_and_leaves_the_rest() -> None:
    ready, later, resting = a_collection(), a_collection(), a_collection(is_active=False)
    past = datetime(2026, 1, 5, 4, tzinfo=UTC)
    Collection.objects.filter(pk__in=[ready.pk, resting.pk]).update(next_run_at=past)
    Collection.objects.filter(pk=later.pk).update(next_run_at=datetime(2126, 1, 1, tzinfo=UTC))
    assert planning.plan_due(datetime(2026, 1, 5, 7, tzinfo=UTC)) == 1
    assert set(Run.objects.values_list("collection", flat=True)) == {ready.pk}


def test_an_open_search_makes_the_next_one_skipped() -> None:
    collection = a_collection()
    google = SearchTarget.objects.get(provider=Provider.DATAFORSEO)
    make_search(google, state=Search.State.WAITING)
    run = planning.create_run(collection, trigger=Run.Trigger.SCHEDULE, scheduled_for=MONDAY)
    assert run is not None
    states = dict(run.searches.values_list("target__provider", "state"))
    assert states == {"dataforseo": "skipped", "yandex": "planned"}
    assert run.searches.get(target=google).error == planning.STILL_OPEN


def test_a_provider_that_is_not_set_up_is_skipped_with_the_reason(settings: Any) -> None:
    settings.HAS_YANDEX = False
    run = planning.create_run(a_collection(), trigger=Run.Trigger.SCHEDULE, scheduled_for=MONDAY)
    assert run is not None
    assert run.searches.get(target__provider="yandex").error == "Yandex is not set up on this installation."


def test_paused_images_and_resting_targets_are_not_asked() -> None:
    collection = a_collection()
    WatchedImage.objects.update(state=WatchedImage.State.PAUSED)
    assert planning.create_run(collection, trigger=Run.Trigger.SCHEDULE, scheduled_for=MONDAY) is None


def test_run_now_asks_one_image_with_high_priority() -> None:
    collection = a_collection()
    make_target(make_image(collection))
    image = WatchedImage.objects.order_by("pk")[0]
    run = planning.run_now(image, make_user(), MONDAY)
    assert run is not None
    assert set(run.searches.values_list("watched_image", "priority")) == {(image.pk, "high")}


def test_run_now_lets_what_waits_for_the_budget_ask_for_it_again() -> None:
    search = make_search(make_target(), state=Search.State.HELD, held_for=Search.Hold.BUDGET)
    planning.run_now(search.watched_image, None, MONDAY)
    assert list(Search.objects.due().values_list("state", "held_for")) == [("planned", "")]


def test_run_now_has_the_account_probed_at_once() -> None:
    """Whoever has just mended the account does not want to wait for the next look."""
    search = make_search(make_target())
    account = Account.of(search)
    holds.hold(account, AccountState.Cause.ACCOUNT, "No.", MONDAY)
    planning.run_now(search.watched_image, None, MONDAY)
    assert AccountState.objects.get().probe_at == MONDAY
    assert Search.objects.get().state == "held"


def test_run_now_does_not_hurry_the_limit_of_the_day() -> None:
    search = make_search(make_target())
    tomorrow = MONDAY + timedelta(hours=19)
    holds.hold(Account.of(search), AccountState.Cause.ACCOUNT, "No.", MONDAY, tomorrow)
    planning.run_now(search.watched_image, None, MONDAY)
    assert AccountState.objects.get().probe_at == tomorrow


@pytest.mark.parametrize("what", list(Search.Hold))
def test_a_slot_takes_the_place_of_a_held_search_that_was_never_asked(what: Search.Hold) -> None:
    held = make_search(make_target(), state=Search.State.HELD, held_for=what, error="The reason.")
    collection = held.watched_image.collection
    run = planning.create_run(collection, trigger=Run.Trigger.SCHEDULE, scheduled_for=MONDAY)
    held.refresh_from_db()
    assert (held.state, held.held_for, held.cost) == ("skipped", "", Decimal(0))
    assert held.error == "It was on hold until the next search was due. The reason."
    assert run and list(run.searches.values_list("state", "seq")) == [("planned", 2)]


def test_run_now_opens_what_is_under_way() -> None:
    collection = a_collection()
    image = WatchedImage.objects.get()
    first = planning.run_now(image, None, MONDAY)
    assert planning.run_now(image, None, MONDAY + timedelta(seconds=1)) == first
    assert Run.objects.filter(collection=collection).count() == 1


def test_markets_make_targets_rest_and_wake() -> None:
    collection = make_collection()
    image = make_image(collection)
    market = Market.objects.create(
        collection=collection, provider="dataforseo", settings={"location_code": 2840}
    )
    planning.sync_targets(collection, MONDAY)
    target = SearchTarget.objects.get()
    market.delete()
    Market.objects.create(collection=collection, provider="yandex", settings={"pages": 1})
    planning.sync_targets(collection, MONDAY)
    assert dict(SearchTarget.objects.values_list("provider", "is_active")) == {
        "dataforseo": False,
        "yandex": True,
    }
    Market.objects.create(collection=collection, provider="dataforseo", settings={"location_code": 2840})
    planning.sync_targets(collection, MONDAY)
    target.refresh_from_db()
    assert (target.is_active, image.targets.count()) == (True, 2)


def test_a_match_without_an_active_target_is_unwatched_not_gone() -> None:
    collection = make_collection()
    target = make_target(make_image(collection))
    ingest(make_search(target).pk, [an_answer("https://a.example.com/")], MONDAY)
    planning.sync_targets(collection, MONDAY)
    match = Match.objects.get()
    assert (match.unwatched_at, match.gone_at) == (MONDAY, None)
    Market.objects.create(collection=collection, provider="dataforseo", settings=target.settings)
    planning.sync_targets(collection, MONDAY)
    match.refresh_from_db()
    assert match.unwatched_at is None


def test_slots_keep_the_clock_of_the_workspace_across_a_change() -> None:
    """Europe/Berlin leaves summer time on 25 October 2026: Monday 05:00 is 03:00, then 04:00 UTC."""
    collection = a_collection(workspace=make_workspace(time_zone="Europe/Berlin"))
    spread = timedelta(minutes=cadence.spread_minutes(collection.pk))
    planning.schedule_next(collection, datetime(2026, 10, 16, tzinfo=UTC))
    assert collection.next_run_at == datetime(2026, 10, 19, 3, tzinfo=UTC) + spread
    planning.plan_collection(collection, collection.next_run_at)
    assert collection.next_run_at == datetime(2026, 10, 26, 4, tzinfo=UTC) + spread
