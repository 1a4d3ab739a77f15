"""The Pipeline page: what operators see, what nobody else does, and asking failures again."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User, Workspace
from monitor.alerts import notices, troubles
from monitor.models import AccountState, Notice, Provider, Run, Search, SearchTarget, Trouble, WorkerNode
from monitor.pipeline.engines.counting import count
from monitor.queries import reports
from tests import factories
from tests.accounts.conftest import ClientFor
from tests.views.counting import queries_of

REASON = "40103 Task execution failed."


@pytest.fixture
def operator(workspace: Workspace, owner: User) -> User:
    """The owner of a workspace, who is an operator too."""
    owner.is_staff = True
    owner.save()
    return owner


@pytest.fixture
def client(operator: User, sign_in: ClientFor) -> Client:
    return sign_in(operator)


@pytest.fixture(autouse=True)
def providers(settings: Settings) -> None:
    settings.HAS_DATAFORSEO = settings.HAS_YANDEX = True
    settings.SIMULATOR_URL = ""


def shown(client: Client, **headers: str) -> str:
    response = client.get(reverse("pipeline"), headers=headers or None)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def fail(
    workspace: Workspace, n: int = 1, provider: str = Provider.DATAFORSEO, **fields: Any
) -> list[Search]:
    """So many images of a new collection, each with a search that failed an hour ago."""
    collection = factories.make_collection(workspace)
    run = factories.make_run(collection, timezone.now() - timedelta(hours=1))
    values = {"state": Search.State.FAILED, "error": REASON, "ended_at": run.scheduled_for, **fields}
    targets = [factories.make_target(factories.make_image(collection), provider) for _ in range(n)]
    return [factories.make_search(target, run, **values) for target in targets]


def test_it_says_that_there_is_nothing(client: Client) -> None:
    page = shown(client)
    assert "There is none, and there was none." in page
    assert "No worker was seen in the last hour" in page
    assert "No search failed or ended early." in page
    assert "Nothing was paid for yet." in page
    assert "None was written so far." in page
    assert "<dt>Oldest due search</dt><dd>None</dd>" in page
    assert "On hold</h2>" not in page


def test_it_says_that_no_account_is_set_up(client: Client, settings: Settings) -> None:
    settings.HAS_DATAFORSEO = settings.HAS_YANDEX = False
    assert "No provider account is set up" in shown(client)


def test_it_tells_how_the_accounts_stand(client: Client) -> None:
    now = timezone.now()
    AccountState.objects.create(
        name="dataforseo", cause="balance", message="The money is used up.", held_at=now,
        probe_at=now + timedelta(minutes=5), balance=Decimal("0.12"), balance_at=now,
    )  # fmt: skip
    AccountState.objects.create(name="yandex", failures=3)
    AccountState.objects.create(name="dataforseo-simulated", message="Held too.", held_at=now)
    page = shown(client)
    assert "The balance is used up, since <time" in page
    assert "Tried again <time" in page
    assert "$0.12" in page
    assert "3 calls in a row without an answer." in page
    assert "DataForSEO (simulated)" in page


def test_an_account_that_was_called_without_trouble_works(client: Client) -> None:
    assert shown(client).count("Not asked yet") == 4  # each in two places, for wide and narrow windows
    count("yandex", "search_by_image", "ok", 1.25, 0.75)
    page = shown(client)
    assert page.count("Not asked yet") == page.count("<span>Works</span>") == 2
    assert "1.00 s" in page


def test_it_tells_what_the_provider_says_of_itself(client: Client) -> None:
    now = timezone.now()
    page = shown(client)
    assert "late." not in page
    assert "Errors that DataForSEO lists" not in page
    factories.make_search(
        factories.make_target(), state="waiting", asked_at=now - timedelta(hours=1), not_before=now
    )
    reports.keep_status("dataforseo", reports.Status(at=now, trouble=""))
    failed = reports.Failed(what="Webhook", code=50000, told="Our side answered 502.", n=1204)
    reports.keep_errors("dataforseo", reports.Errors(at=now, failed=[failed], is_whole=False))
    page = shown(client)
    assert "1 search is late. DataForSEO reports no trouble." in page
    assert "Errors that DataForSEO lists" in page
    assert "Our side answered 502." in page
    assert "1,204" in page
    assert ", its first pages" in page


def test_a_demo_whose_past_is_being_made_is_not_late(client: Client, settings: Settings) -> None:
    settings.SIMULATOR_URL = "http://127.0.0.1:9"
    image = factories.make_image(factories.make_collection(factories.make_workspace(is_demo=True)))
    long_ago = timezone.now() - timedelta(days=90)
    factories.make_search(factories.make_target(image), state="waiting", asked_at=long_ago)
    assert "late." not in shown(client)


def test_it_counts_the_calls_of_the_day(client: Client, workspace: Workspace) -> None:
    search = fail(workspace)[0]
    for attempt, (state, hours) in enumerate([("collected", 1), ("refused", 2), ("collected", 25)], 1):
        posted_at = timezone.now() - timedelta(hours=hours)
        factories.make_task(search, attempt=attempt, state=state, posted_at=posted_at)
    page = shown(client)
    assert "2 paid calls in 24 hours" in page
    assert "1 unanswered" in page


def test_it_tells_troubles_from_their_beginning_to_their_end(client: Client, workspace: Workspace) -> None:
    now = timezone.now()
    troubles.begin(Trouble.Kind.PROVIDER, "dataforseo", "Google is silent.", now)
    troubles.begin(Trouble.Kind.BUDGET_SPENT, "1", "All is spent.", now, workspace=workspace)
    page = shown(client)
    assert ">2 open<" in page
    assert "<b>A provider is in trouble, DataForSEO.</b> Google is silent. Since" in page
    assert "<b>The budget is spent, Northlight.</b>" in page
    troubles.end(Trouble.Kind.PROVIDER, "dataforseo", now + timedelta(minutes=65))
    page = shown(client)
    assert ">1 open<" in page
    assert "1 h 5 min" in page


def test_it_shows_the_work(client: Client, workspace: Workspace) -> None:
    now = timezone.now()
    make = factories.make_search
    make(factories.make_target(), not_before=now - timedelta(minutes=3))
    make(factories.make_target(), state="held", held_for="account", error="No money.", not_before=now)
    WorkerNode.objects.create(name="here-1", pid=1, seen_at=now)
    WorkerNode.objects.create(name="gone-2", pid=2, seen_at=now - timedelta(minutes=30))
    WorkerNode.objects.create(name="old-3", pid=3, seen_at=now - timedelta(hours=3))
    page = shown(client)
    assert "<dd>3 min <small>late</small></dd>" in page or "<dd>3 min 1 s <small>late</small></dd>" in page
    assert "<dd>2 <small>1 on hold</small></dd>" in page
    assert "<dd>1 <small>seen</small></dd>" in page
    assert "The provider account" in page
    assert "No money." in page
    assert page.index("here-1") < page.index("gone-2")
    assert "old-3" not in page


def test_it_groups_failures_by_reason(client: Client, workspace: Workspace) -> None:
    fail(workspace, 4)
    fail(workspace, 1, error="Other.", state="partial")
    fail(workspace, 1, error="Long ago.")
    Run.objects.filter(searches__error="Long ago.").update(scheduled_for=timezone.now() - timedelta(days=8))
    page = shown(client)
    assert page.count(REASON) == 1
    assert page.index(REASON) < page.index("Other.")
    assert "Ask 4 again" in page
    assert "at most $0.0024" in page
    assert "Long ago." not in page


def test_it_links_only_to_runs_that_the_operator_may_see(client: Client, workspace: Workspace) -> None:
    elsewhere = factories.make_workspace(name="Elsewhere")
    mine, theirs = fail(workspace)[0].run, fail(elsewhere, error="Other.")[0].run
    page = shown(client)
    assert f"/mail/go/{workspace.pk}/?to=/runs/{mine.pk}/" in page
    assert "Elsewhere, run 1" in page
    assert f"/runs/{theirs.pk}/" not in page


def retry(client: Client, like: object) -> list[str]:
    """What the page says after the button was pressed."""
    response = client.post(reverse("pipeline-retry"), {"like": like}, follow=True)
    return [str(message) for message in response.context["messages"]]


def test_it_asks_failures_again_in_one_run_a_collection(
    client: Client, workspace: Workspace, operator: User
) -> None:
    failed = [*fail(workspace, 2), *fail(workspace, 1)]
    fail(workspace, 1, error="Other.")
    fail(workspace, 1, provider=Provider.YANDEX)
    said = retry(client, failed[0].pk)
    assert said == ["3 searches are asked again in 2 runs, for at most $0.0018."]
    planned = Search.objects.filter(state=Search.State.PLANNED)
    assert {search.target_id for search in planned} == {search.target_id for search in failed}
    runs = Run.objects.filter(trigger=Run.Trigger.MANUAL)
    assert [(run.requested_by, run.searches.count()) for run in runs.order_by("pk")] == [
        (operator, 2),
        (operator, 1),
    ]


def test_it_never_asks_again_what_is_under_way(client: Client, workspace: Workspace) -> None:
    first, second = fail(workspace, 2)
    factories.make_search(first.target)
    assert retry(client, first.pk) == ["1 search is asked again in 1 run, for at most $0.0006."]
    assert Search.objects.filter(state=Search.State.PLANNED).count() == 2
    assert "Nothing was left to ask" in retry(client, second.pk)[0]
    assert Search.objects.open().count() == 2
    assert Run.objects.filter(trigger=Run.Trigger.MANUAL).count() == 1
    assert "nothing left" in shown(client)


@pytest.mark.parametrize("change", ["target", "image", "workspace"])
def test_it_never_asks_again_where_nobody_looks(client: Client, workspace: Workspace, change: str) -> None:
    elsewhere = factories.make_workspace()
    (search,) = fail(elsewhere)
    if change == "target":
        search.target.is_active = False
        search.target.save()
    elif change == "image":
        search.watched_image.state = "paused"
        search.watched_image.save()
    else:
        elsewhere.deleted_at = timezone.now()
        elsewhere.save()
    assert "Nothing was left to ask" in retry(client, search.pk)[0]
    assert not Search.objects.open().exists()


def test_it_never_asks_an_engine_that_is_not_set_up(
    client: Client, workspace: Workspace, settings: Settings
) -> None:
    (search,) = fail(workspace)
    settings.HAS_DATAFORSEO = False
    assert "Nothing was left to ask" in retry(client, search.pk)[0]
    assert Run.objects.count() == 1


def test_it_says_what_asking_again_costs(client: Client, workspace: Workspace) -> None:
    for provider, settings, said in (
        (Provider.YANDEX, {"pages": 3}, "$0.0225"),
        (Provider.DATAFORSEO, {"location_code": 2276, "priority": "high"}, "$0.0012"),
    ):
        (search,) = fail(workspace, provider=provider)
        SearchTarget.objects.filter(pk=search.target_id).update(settings=settings)
        assert f"at most {said}" in shown(client)
        assert retry(client, search.pk) == [f"1 search is asked again in 1 run, for at most {said}."]


@pytest.mark.parametrize("like", ["", "0", "x", str(2**64), "999999"])
def test_it_retries_nothing_that_did_not_fail(client: Client, workspace: Workspace, like: str) -> None:
    fail(workspace)
    assert client.post(reverse("pipeline-retry"), {"like": like}).status_code == 404


def test_it_adds_up_the_month(client: Client, workspace: Workspace) -> None:
    search = fail(workspace)[0]
    demo = fail(factories.make_workspace(is_demo=True))[0]
    now = timezone.now()
    for attempt, amount in enumerate(("0.0006", "0.0012"), 1):
        factories.make_task(
            search, attempt=attempt, state="collected", billed="yes", cost=Decimal(amount), posted_at=now
        )
    factories.make_task(demo, state="collected", billed="yes", cost=Decimal("5"), posted_at=now)
    factories.make_task(demo, attempt=2, cost=Decimal("9"), billed="yes", posted_at=now - timedelta(days=32))
    page = shown(client)
    assert "<dd>$0.0018</dd>" in page
    assert "<dd>$5.00</dd>" in page
    assert "DataForSEO (simulated)" in page


def test_it_says_what_is_in_doubt(client: Client, workspace: Workspace) -> None:
    now = timezone.now()
    search = factories.make_search(factories.make_target(), state="asking")
    factories.make_task(search, attempt=1, state="unknown", posted_at=now)
    factories.make_task(search, attempt=2, state="posting", posted_at=now)
    factories.make_task(search, attempt=3, state="posting", posted_at=now - timedelta(minutes=3))
    page = shown(client)
    assert "<dt>Outcome unknown</dt><dd>2 <small>calls</small></dd>" in page


PAID = {"state": "collected", "billed": "yes"}


@pytest.mark.parametrize(
    ("first", "second", "twice"),
    [
        (PAID, PAID, 1),
        (PAID, PAID | {"state": "accepted"}, 1),
        (PAID | {"is_superseded": True}, PAID, 0),
        (PAID | {"state": "refused"}, PAID, 0),
        (PAID | {"is_duplicate": True}, PAID, 1),
        (PAID, PAID | {"page": 1}, 0),
        ({"state": "lost", "billed": "no"}, PAID, 0),
        ({"state": "unknown", "billed": "possibly"}, PAID, 0),
    ],
)
def test_it_counts_what_was_paid_twice(
    client: Client, workspace: Workspace, first: dict[str, Any], second: dict[str, Any], twice: int
) -> None:
    search = factories.make_search(factories.make_target())
    factories.make_task(search, attempt=1, **first)
    factories.make_task(search, attempt=2, **second)
    assert f"<dt>Paid twice</dt><dd>{twice} <small>" in shown(client)


def test_it_shows_the_mails_to_operators(client: Client, workspace: Workspace) -> None:
    now = timezone.now()
    troubles.begin(Trouble.Kind.PROVIDER, "dataforseo", "Google is silent.", now - timedelta(minutes=6))
    troubles.begin(Trouble.Kind.BUDGET_SPENT, "1", "Spent.", now - timedelta(minutes=6), workspace=workspace)
    notices.decide_due(now)
    page = shown(client)
    notice = Notice.objects.get(trouble__workspace=None)
    path = reverse("pipeline-notice", args=[notice.pk])
    assert f'<a href="{path}">A provider is in trouble · DataForSEO</a>' in page
    body = client.get(path).content.decode()
    assert "Google is silent." in body
    assert "What to do:" in body
    other = Notice.objects.exclude(pk=notice.pk).get()
    assert client.get(reverse("pipeline-notice", args=[other.pk])).status_code == 404


def test_it_renews_only_its_changing_part(client: Client) -> None:
    page = shown(client, **{"HX-Request": "true"})
    assert page.startswith('<div class="stack" id="pipeline" hx-get="/pipeline/" hx-trigger="every 10s"')
    assert "<html" not in page


def test_operators_are_led_to_it_and_nobody_else(client: Client, sign_in: ClientFor, viewer: User) -> None:
    for name in ("overview", "more"):
        assert 'href="/pipeline/"' in client.get(reverse(name)).content.decode()
        assert 'href="/pipeline/"' not in sign_in(viewer).get(reverse(name)).content.decode()


def test_an_operator_without_a_workspace_sees_it(db: None, sign_in: ClientFor) -> None:
    assert "Pipeline" in shown(sign_in(factories.make_user(is_staff=True)))


def fill(workspace: Workspace, n: int) -> None:
    """Some of everything."""
    now = timezone.now()
    for number in range(n):
        for search in fail(workspace, 2, error=f"Reason {number}."):
            factories.make_task(search, state="collected", posted_at=now)
        factories.make_search(factories.make_target(), state="held", error=f"Held {number}.")
        WorkerNode.objects.create(name=f"worker-{number}-{workspace.pk}", pid=number, seen_at=now)
        AccountState.objects.create(name=f"other-{workspace.pk}-{number}", held_at=now)
        for at in (now - timedelta(hours=1), now):
            troubles.begin(
                Trouble.Kind.PROVIDER, f"{workspace.pk}-{number}", "Silent.", at - timedelta(hours=2)
            )
            notices.decide_due(now)
            if at < now:
                troubles.end(Trouble.Kind.PROVIDER, f"{workspace.pk}-{number}", at)


def test_it_makes_as_many_queries_for_20_rows_as_for_10(client: Client, workspace: Workspace) -> None:
    fill(workspace, 10)
    ten = queries_of(client, reverse("pipeline"))
    fill(factories.make_workspace(), 10)
    assert queries_of(client, reverse("pipeline")) == ten
