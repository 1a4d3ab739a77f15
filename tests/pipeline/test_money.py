"""Money in the odd moments: stalled workers, refused ids, unreadable files, refusals that cost."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from django.core.files.storage import default_storage

from accounts.models import Workspace
from monitor.models import Provider, ProviderTask, RateBucket, Search, SearchTarget
from monitor.pipeline import collecting, ending, ingesting, posting, reconciling, recording, walking
from monitor.pipeline.claiming import Runs
from monitor.pipeline.engines import Account
from monitor.pipeline.listing import Listing, Span
from monitor.pipeline.walking import paging
from monitor.pipeline.walking.walks import resume
from monitor.providers.base import Posted, RateLimited
from monitor.spending.prices import prices_at
from tests.factories import make_search, make_target
from tests.pipeline.conftest import Google, Pages

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
GOOGLE = Account(provider=Provider.DATAFORSEO, is_simulated=False)
YANDEX = Account(provider=Provider.YANDEX, is_simulated=False)
REFUSED_ID = httpx.Response(404, json={"code": 5, "message": "Image not found"})
QUOTA = httpx.Response(429, json={"code": 8, "message": "Quota exceeded"})


def urls(first: int, count: int) -> list[str]:
    return [f"https://site{n}.example.com/p" for n in range(first, first + count)]


def on_yandex(pages: int = 2) -> Search:
    return make_search(make_target(None, Provider.YANDEX, pages=pages))


def walk_again(search: Search) -> None:
    Search.objects.filter(pk=search.pk).hurry()
    RateBucket.objects.all().delete()
    walking.walk_due(NOW)
    search.refresh_from_db()


def look_again(search: Search, after: timedelta = timedelta(0)) -> None:
    """One round of each of Google's hops."""
    for hop in (posting.post_due, collecting.collect_due, reconciling.reconcile_due):
        Search.objects.filter(pk=search.pk).hurry()
        RateBucket.objects.all().delete()
        hop(NOW + after)
    search.refresh_from_db()


def test_a_walk_that_somebody_else_took_over_pays_nothing_more(yandex: Pages) -> None:
    yandex.pages = [urls(0, 40), urls(40, 40)]
    search = on_yandex()
    (stalled,) = walking._claim(YANDEX, None, 1)
    Search.objects.filter(pk=search.pk).hurry()
    assert walking._claim(YANDEX, None, 1)
    assert paging.prepare(resume(stalled, YANDEX, NOW, prices_at(NOW))) is None
    assert (yandex.calls, ProviderTask.objects.count()) == ([], 0)


def test_a_walk_does_not_hold_those_behind_it(yandex: Pages) -> None:
    """A search is claimed when its walk begins: no lease runs out while it waits behind a slow one."""
    for _ in range(walking.AT_ONCE + 1):
        on_yandex(1)
    leased = []
    claim = walking._claim

    def spy(account: Account, only_runs: Runs, limit: int) -> list[Search]:
        searches = claim(account, only_runs, limit)
        leased.append(Search.objects.filter(state=Search.State.ASKING).count())
        return searches

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(walking, "_claim", spy)
        walking.walk_due(NOW)
    assert max(leased) == walking.AT_ONCE


def test_a_refused_id_after_a_pause_still_restarts_with_the_picture(yandex: Pages) -> None:
    yandex.pages = [urls(0, 40), urls(40, 40)]
    search = on_yandex()
    page = httpx.Response(
        200, json={"id": "1/a", "images": [{"url": f"{u}.jpg", "pageUrl": u} for u in urls(0, 40)]}
    )
    yandex.script = [page, QUOTA, REFUSED_ID]
    walk_again(search)
    walk_again(search)
    assert (search.state, search.n_items, search.cost) == ("done", 80, Decimal("0.015"))


def test_a_walk_that_never_finishes_ends_as_failed(yandex: Pages) -> None:
    search = on_yandex()
    Search.objects.filter(pk=search.pk).update(attempts=ending.MAX_ATTEMPTS)
    walk_again(search)
    assert (search.state, yandex.calls) == ("failed", [])


def test_a_picture_that_cannot_be_read_costs_nothing(yandex: Pages) -> None:
    search = on_yandex()
    default_storage.delete(str(search.watched_image.file.name))
    for _ in range(ending.MAX_ATTEMPTS):
        walk_again(search)
    assert (search.state, search.cost, search.error) == ("failed", Decimal(0), paging.NO_PICTURE)
    assert (yandex.calls, ProviderTask.objects.count()) == ([], 0)


def test_a_search_that_yandex_lost_is_possibly_billed(yandex: Pages) -> None:
    yandex.script = [httpx.Response(500, json={"code": 15, "message": "Data loss"})]
    search = on_yandex()
    walk_again(search)
    task = search.provider_tasks.get()
    assert (search.state, task.state, task.billed) == ("failed", "refused", "possibly")
    assert task.cost == search.cost == task.reserved


def test_a_provider_out_of_reach_for_minutes_fails_no_search(yandex: Pages) -> None:
    yandex.script = [httpx.ConnectError("no route")] * 3
    search = on_yandex()
    waits = []
    for _ in range(3):
        walk_again(search)
        waits.append(search.not_before)
    assert search.state == "planned"
    assert waits[2] - waits[1] > timedelta(minutes=2)


def test_a_refusal_that_was_charged_is_in_the_books(google: Google) -> None:
    search = make_search(make_target(location_code=2840, language_code="en"))
    _, (job,), _ = posting._claim(GOOGLE, NOW, None)
    error = RateLimited("Too many.", code=40202, billed="yes")
    outcome = Posted(tag=job.task.tag, cost=Decimal("0.0006"), error=error)
    recording.record(GOOGLE, [job], {job.task.tag: outcome}, NOW)
    task = search.provider_tasks.get()
    assert (task.state, task.cost, task.billed) == ("refused", Decimal("0.0006"), "yes")


def test_posts_that_were_refused_do_not_use_up_the_reposts(google: Google) -> None:
    search = make_search(make_target(location_code=2840, language_code="en"))
    google.refuse = (40202, "Rate limit")
    look_again(search)
    look_again(search)
    google.refuse = None
    google.will_fail(40103, "Task execution failed.")
    look_again(search)
    assert (search.state, search.provider_tasks.count()) == ("planned", 3)


def test_an_answer_that_breaks_ingesting_ends_as_failed(
    google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = make_search(make_target(location_code=2840, language_code="en"))
    google.will_answer("https://a.example.com/")

    def breaks(*args: object, **more: object) -> None:
        raise ValueError("poison")

    monkeypatch.setattr(ingesting, "ingest", breaks)
    posting.post_due(NOW)
    for _ in range(ending.MAX_ATTEMPTS + 1):
        Search.objects.filter(pk=search.pk).hurry()
        try:
            collecting.collect_due(NOW)
        except ValueError:
            continue
    search.refresh_from_db()
    assert (search.state, search.cost) == ("failed", Decimal("0.0006"))


def test_a_late_miss_does_not_write_off_what_was_found_meanwhile(google: Google) -> None:
    search = make_search(make_target(location_code=2840, language_code="en"))
    posting._claim(GOOGLE, NOW, None)
    ProviderTask.objects.update(state="unknown", misses=2)
    stale = ProviderTask.objects.select_related("search__run").get()
    ProviderTask.objects.update(state="accepted", remote_id="11210435-1535-0066-0000-000000000001")
    Search.objects.update(state="waiting")
    later = NOW + timedelta(hours=1)
    listing = Listing(span=Span(since=NOW - timedelta(hours=1), until=later, at=later), tasks={})
    reconciling._settle(GOOGLE, [stale], listing, later)
    search.refresh_from_db()
    assert (search.state, ProviderTask.objects.get().state) == ("waiting", "accepted")


@pytest.mark.parametrize("provider", list(Provider))
def test_a_market_that_was_removed_is_not_paid_any_more(
    google: Google, yandex: Pages, provider: Provider
) -> None:
    search = make_search(make_target(None, provider))
    SearchTarget.objects.update(is_active=False)
    posting.post_due(NOW)
    walking.walk_due(NOW)
    search.refresh_from_db()
    assert (search.state, google.posts, len(yandex.calls)) == ("skipped", 0, 0)


@pytest.mark.parametrize("provider", list(Provider))
def test_a_deleted_workspace_pays_nothing_any_more(google: Google, yandex: Pages, provider: Provider) -> None:
    search = make_search(make_target(None, provider))
    Workspace.objects.update(deleted_at=NOW)
    posting.post_due(NOW)
    walking.walk_due(NOW)
    search.refresh_from_db()
    assert (search.state, google.posts, len(yandex.calls)) == ("skipped", 0, 0)
