"""The list of runs and one run: what they say, who may see them, how many queries they take."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from monitor.models import Run, Search
from monitor.pipeline.ingesting import ingest
from monitor.queries import reports
from tests.factories import (
    an_answer,
    make_collection,
    make_image,
    make_run,
    make_search,
    make_target,
    make_user,
    make_workspace,
)
from tests.views.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client: Client) -> Any:
    user = make_user("owner@halden.test")
    client.force_login(user)
    return user


def a_run(workspace: Any, n_images: int = 1) -> Run:
    """A finished run with one answered and, for each further image, one planned search."""
    collection = make_collection(workspace)
    run = make_run(collection)
    for number in range(n_images):
        search = make_search(make_target(make_image(collection, title=f"Image {number}")), run)
        ingest(search.pk, [an_answer("https://a.example.com/")], run.scheduled_for + timedelta(seconds=41))
    return run


def test_the_list_tells_state_results_and_cost(client: Client, owner: Any) -> None:
    run = a_run(make_workspace(owner))
    Search.objects.update(cost="0.0081")
    body = client.get("/runs/").content.decode()
    assert f"/runs/{run.pk}/" in body
    assert "Complete" in body
    assert "$0.0081" in body


def test_an_incomplete_run_is_found_by_its_state(client: Client, owner: Any) -> None:
    workspace = make_workspace(owner)
    whole, short = a_run(workspace), a_run(workspace)
    Search.objects.filter(run=short).update(state=Search.State.FAILED)
    body = client.get("/runs/?state=incomplete").content.decode()
    assert f"/runs/{short.pk}/" in body
    assert f"/runs/{whole.pk}/" not in body


def test_older_runs_are_one_step_away(client: Client, owner: Any) -> None:
    workspace = make_workspace(owner)
    collection = make_collection(workspace)
    runs = [make_run(collection) for _ in range(52)]
    body = client.get("/runs/").content.decode()
    assert f"after={runs[2].pk}" in body
    older = client.get(f"/runs/?after={runs[2].pk}").content.decode()
    assert [f"/runs/{run.pk}/" in older for run in runs[:3]] == [True, True, False]


def test_the_run_of_a_stranger_is_no_place_to_begin(client: Client, owner: Any) -> None:
    """Else the list would tell when it was."""
    own = make_run(make_collection(make_workspace(owner)))
    foreign = make_run(make_collection())
    assert f"/runs/{own.pk}/" not in client.get(f"/runs/?after={foreign.pk}").content.decode()


def test_one_run_says_why_a_search_failed(client: Client, owner: Any) -> None:
    run = a_run(make_workspace(owner))
    Search.objects.update(state=Search.State.FAILED, error="The engine did not answer within three days.")
    assert "The engine did not answer within three days." in client.get(f"/runs/{run.pk}/").content.decode()


def test_progress_renews_itself_until_the_end(client: Client, owner: Any) -> None:
    run = a_run(make_workspace(owner))
    Search.objects.update(state=Search.State.WAITING)
    assert "every 1s" in client.get(f"/runs/{run.pk}/progress/").content.decode()
    Search.objects.update(state=Search.State.DONE)
    assert "every 1s" not in client.get(f"/runs/{run.pk}/progress/").content.decode()


def test_empty_states_say_what_to_do(client: Client, owner: Any) -> None:
    make_workspace(owner)
    assert "press Run now" in client.get("/runs/").content.decode()
    assert "No run fits these filters." in client.get("/runs/?state=running").content.decode()


@pytest.mark.parametrize("path", ["/runs/{}/", "/runs/{}/progress/"])
def test_a_stranger_gets_404(client: Client, owner: Any, path: str) -> None:
    make_workspace(owner)
    run = a_run(make_workspace())
    assert client.get(path.format(run.pk)).status_code == 404
    assert str(run.collection) not in client.get("/runs/").content.decode()


def test_odd_filters_are_ignored(client: Client, owner: Any) -> None:
    a_run(make_workspace(owner))
    assert client.get("/runs/?collection=x&state=y&page=-4").status_code == 200
    assert client.get("/runs/?collection=99999999999999999999").status_code == 200


def test_the_list_takes_as_many_queries_for_20_runs_as_for_10(client: Client, owner: Any) -> None:
    workspace = make_workspace(owner)
    for _ in range(10):
        a_run(workspace)
    ten = queries_of(client, "/runs/")
    for _ in range(10):
        a_run(workspace)
    assert queries_of(client, "/runs/") == ten


def test_a_run_takes_as_many_queries_for_20_images_as_for_10(client: Client, owner: Any) -> None:
    workspace = make_workspace(owner)
    small, large = a_run(workspace, 10), a_run(workspace, 20)
    assert queries_of(client, f"/runs/{small.pk}/") == queries_of(client, f"/runs/{large.pk}/")


def test_late_searches_are_said_to_be_late_with_what_the_provider_says(client: Client, owner: Any) -> None:
    collection = make_collection(make_workspace(owner))
    run, now = make_run(collection), timezone.now()
    make_search(
        make_target(make_image(collection)), run, state="waiting", asked_at=now - timedelta(minutes=50)
    )
    reports.keep_status("dataforseo", reports.Status(at=now, trouble="long execution time"))
    body = client.get(f"/runs/{run.pk}/").content.decode()
    assert "1 search is late" in body
    assert "DataForSEO reports trouble: long execution time." in body
    Search.objects.update(asked_at=now)
    body = client.get(f"/runs/{run.pk}/").content.decode()
    assert "late" not in body.partition("<main")[2].partition("</main>")[0]
    assert "DataForSEO" not in body
