"""Two at once, on the real server: each has its own connection, none may deadlock or lose what the other wrote."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from monitor.alerts import deciding
from monitor.models import (
    Collection,
    Follow,
    Match,
    Provider,
    ProviderTask,
    RateBucket,
    Run,
    Search,
    SearchTarget,
    WatchedImage,
)
from monitor.pipeline import collecting, ingesting, planning, posting, walking, watching
from monitor.pipeline.engines import Account
from monitor.pipeline.walking import paging
from monitor.pipeline.walking.walks import resume
from monitor.pipeline.watching import arranging, keeping
from monitor.providers.base import Answer
from monitor.spending.prices import prices_at
from tests.factories import (
    a_jpeg,
    an_answer,
    make_collection,
    make_image,
    make_market,
    make_member,
    make_run,
    make_search,
    make_target,
    make_workspace,
)
from tests.pipeline.conftest import Beside, Google, Pages

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)


def test_a_market_removed_while_an_answer_is_written_leaves_nothing_watched() -> None:
    target = make_target()
    collection = target.watched_image.collection
    search = make_search(target)
    with transaction.atomic():
        ingesting.ingest(search.pk, [an_answer("https://a.example.com/")], NOW)
        other = Beside(lambda: planning.sync_targets(collection, NOW))
        other.is_waiting()
    other.join()
    assert not SearchTarget.objects.get().is_active
    assert Match.objects.get().unwatched_at == NOW


def test_an_image_added_while_markets_change_follows_the_new_ones() -> None:
    collection = make_collection()
    make_market(collection)
    wanted = arranging.Arrangement(
        name="New",
        cadence="0 5 * * 1",
        is_active=True,
        markets=[arranging.Choice(provider=Provider.YANDEX, settings={"pages": 1})],
    )
    with transaction.atomic():
        arranging.arrange(collection, wanted, NOW)
        other = Beside(lambda: watching.watch(collection, a_jpeg(), title="Late", user=None))
        other.is_waiting()
    other.join()
    assert list(SearchTarget.objects.values_list("provider", "is_active")) == [("yandex", True)]


def test_run_now_beside_the_planner_opens_what_was_planned(google: Google) -> None:
    image = make_target().watched_image
    runs: list[Run | None] = []
    with transaction.atomic():
        planned = planning.create_run(image.collection, trigger=Run.Trigger.SCHEDULE, scheduled_for=NOW)
        other = Beside(lambda: runs.append(planning.run_now(image, None, NOW)))
        other.is_waiting()
    other.join()
    assert runs == [planned]
    assert Search.objects.get().priority == Search.Priority.HIGH


def test_run_now_and_new_markets_do_not_deadlock(google: Google) -> None:
    image = make_target().watched_image
    collection = image.collection
    for _ in range(5):
        one = Beside(lambda: planning.run_now(image, None, datetime.now(UTC)))
        two = Beside(lambda: planning.sync_targets(collection, NOW))
        three = Beside(lambda: keeping.change(image, title="T", collection=collection, at=NOW))
        for thread in (one, two, three):
            thread.join()


def test_removing_an_image_waits_for_the_call_that_is_written_down(yandex: Pages) -> None:
    search = make_search(make_target(None, Provider.YANDEX, pages=1))
    Search.objects.update(state=Search.State.ASKING)
    claimed = Search.objects.select_related("target", "watched_image__workspace").get()
    walk = resume(claimed, Account(provider=Provider.YANDEX, is_simulated=False), NOW, prices_at(NOW))
    with transaction.atomic():
        paging.prepare(walk)
        other = Beside(lambda: keeping.remove(search.watched_image))
        assert other.is_waiting()
    other.join()
    assert (Search.objects.count(), ProviderTask.objects.count()) == (0, 0)
    assert search.watched_image.workspace.ledger.count() == 1


def test_removing_an_image_while_its_run_is_told_does_not_deadlock() -> None:
    target = make_target()
    image = target.watched_image
    person = make_member(image.workspace)
    Follow.objects.create(user=person, collection=image.collection, since=NOW)
    ingesting.ingest(make_search(target).pk, [an_answer("https://a.example.com/")], NOW)
    search = make_search(target)
    ingesting.ingest(search.pk, [an_answer("https://a.example.com/", "https://b.example.com/")], NOW)
    with transaction.atomic():
        Run.objects.filter(pk=search.run_id, told_at=None).update(told_at=None)
        other = Beside(lambda: keeping.remove(image))
        other.is_waiting()
        deciding.decide(search.run, NOW + timedelta(minutes=20))
    other.join()
    assert not Run.objects.exists()


def test_an_answer_to_an_image_that_was_removed_is_dropped() -> None:
    search = make_search(make_target())
    keeping.remove(search.watched_image)
    ingesting.ingest(search.pk, [Answer(items=[])], NOW)
    assert not Match.objects.exists()


def test_runs_left_empty_in_an_earlier_collection_go_with_the_image() -> None:
    target = make_target()
    image = target.watched_image
    make_search(target, make_run(image.collection), state=Search.State.DONE)
    keeping.change(image, title="T", collection=make_collection(image.workspace), at=NOW)
    keeping.remove(WatchedImage.objects.get(pk=image.pk))
    assert not Run.objects.exists()


def test_one_collection_that_cannot_be_planned_does_not_stop_the_others(google: Google) -> None:
    broken, sound = make_target().watched_image.collection, make_target().watched_image.collection
    Collection.objects.update(next_run_at=NOW - timedelta(days=400))
    Collection.objects.filter(pk=broken.pk).update(cadence="nonsense")
    planning.plan_due(NOW)
    assert set(Run.objects.values_list("collection", flat=True)) == {sound.pk}


def test_two_machines_post_each_search_once_and_keep_one_budget(google: Google) -> None:
    collection = make_collection(make_workspace(budget=Decimal("0.03")))
    run = make_run(collection)
    for _ in range(60):
        make_search(make_target(make_image(collection)), run)

    def post() -> None:
        for _ in range(5):
            posting.post_due(NOW)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(posting, "BATCH", 7)
        for machine in [Beside(post) for _ in range(3)]:
            machine.join()
    tags = [query["tag"].split(".")[1] for query in google.tasks.values()]
    assert len(tags) == len(set(tags)) == 50
    assert sum(ProviderTask.objects.values_list("cost", flat=True)) == Decimal("0.03")
    assert Search.objects.filter(state="held", held_for="budget").count() == 10


def test_two_machines_walk_each_search_once(yandex: Pages) -> None:
    yandex.pages = [["https://a.example.com/"], ["https://b.example.com/"]]
    for _ in range(6):
        make_search(make_target(None, Provider.YANDEX, pages=2))

    def walk() -> None:
        for _ in range(20):
            RateBucket.objects.all().delete()
            Search.objects.filter(state=Search.State.PLANNED).hurry()
            walking.walk_due(NOW)

    for machine in [Beside(walk) for _ in range(2)]:
        machine.join()
    assert set(Search.objects.values_list("state", "n_items")) == {("done", 2)}
    assert len(yandex.calls) == ProviderTask.objects.filter(state="collected").count() == 12


def test_the_same_answer_collected_twice_is_taken_once(google: Google) -> None:
    search = make_search(make_target())
    posting.post_due(NOW)
    google.will_answer("https://a.example.com/")

    def collect() -> None:
        Search.objects.filter(pk=search.pk).hurry()
        collecting.collect_due(NOW)

    for machine in [Beside(collect) for _ in range(2)]:
        machine.join()
    search.refresh_from_db()
    assert (search.state, search.n_items, Match.objects.count()) == ("done", 1, 1)
