"""The page of two runs and its file: what they say, who may see them, how many queries they take."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from monitor.models import Provider, Search, SearchTarget, WatchedImage
from monitor.pipeline.ingesting import ingest
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
START = datetime(2026, 9, 7, 5, tzinfo=UTC)


@pytest.fixture
def owner(client: Client) -> Any:
    user = make_user("owner@halden.test")
    client.force_login(user)
    return user


@pytest.fixture
def image(owner: Any) -> WatchedImage:
    return make_image(make_collection(make_workspace(owner)))


def asked(target: SearchTarget, *pages: str) -> Search:
    """A week later than the one before."""
    at = START + timedelta(weeks=target.searches.count())
    runs = target.watched_image.collection.runs
    search = make_search(
        target, runs.filter(scheduled_for=at).first() or make_run(target.watched_image.collection, at)
    )
    urls = [f"https://{page}.example/" for page in pages]
    ingest(search.pk, [an_answer(*urls)], at + timedelta(seconds=41))
    return search


def body_of(client: Client, image: WatchedImage, query: str = "") -> str:
    response = client.get(f"/images/{image.pk}/diff/?{query}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_it_shows_both_runs_and_what_changed(client: Client, image: WatchedImage) -> None:
    target = make_target(image)
    asked(target, "a", "b", "c"), asked(target, "a", "c", "d")
    body = body_of(client, image)
    for words in ("1 new", "1 not seen", "1 moved", "1 unchanged", "Show 1 unchanged result<", "took 41 s"):
        assert words in body
    assert "Run 1, Mon 7 Sep" in body
    assert body.count("data-change") == 3
    assert "a.example/" in body_of(client, image, "show=all")


def test_one_kind_alone(client: Client, image: WatchedImage) -> None:
    target = make_target(image)
    asked(target, "a", "b"), asked(target, "a", "c")
    body = body_of(client, image, "kind=new")
    assert "c.example/" in body
    assert "b.example/" not in body
    assert "Nothing of this kind" in body_of(client, image, "kind=edited")


def test_a_run_that_did_not_finish_says_so(client: Client, image: WatchedImage) -> None:
    target = make_target(image, Provider.YANDEX)
    asked(target, "a", "b")
    short = asked(target, "a")
    Search.objects.filter(pk=short.pk).update(state="failed", error="Yandex did not answer.")
    body = body_of(client, image, f"to={short.run_id}")
    assert "Run 2 did not finish on Yandex: Yandex did not answer. What is missing there is unknown." in body
    assert "1 unknown" in body
    assert "1 gone" not in body


def test_markets_can_be_chosen_when_there_are_several(client: Client, image: WatchedImage) -> None:
    for code in (2276, 2250):
        target = make_target(image, location_code=code, language_code="en")
        asked(target, "a"), asked(target, "a")
    assert "Germany, English" in (body := body_of(client, image))
    assert "France, English" in body
    SearchTarget.objects.filter(pk=target.pk).delete()
    assert 'name="market"' not in body_of(client, image)


def test_the_file_holds_the_rows_of_the_page(client: Client, image: WatchedImage) -> None:
    target = make_target(image)
    asked(target, "a", "b"), asked(target, "a", "c")
    response = client.get(f"/images/{image.pk}/diff.csv")
    assert "tidal-mug-changes" in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert [(row["change"], row["domain"]) for row in rows] == [
        ("unchanged", "a.example"), ("not seen", "b.example"), ("new", "c.example")
    ]  # fmt: skip


def test_empty_states_say_what_to_do(client: Client, image: WatchedImage) -> None:
    assert "press Run now" in body_of(client, image)
    first = asked(make_target(image), "a")
    assert "press Run now" in body_of(client, image)
    asked(first.target)
    assert "Choose a later run" in body_of(client, image, f"to={first.run_id}")
    rows = client.get(f"/images/{make_image(image.collection).pk}/diff.csv").getvalue().splitlines()
    assert len(rows) == 1


@pytest.mark.parametrize("page", ["diff/", "diff.csv"])
def test_a_stranger_gets_404(client: Client, owner: Any, page: str) -> None:
    make_workspace(owner)
    foreign = asked(make_target(), "a")
    assert client.get(f"/images/{foreign.watched_image_id}/{page}").status_code == 404


@pytest.mark.parametrize("page", ["diff/", "diff.csv"])
def test_foreign_and_malformed_numbers_get_404(client: Client, image: WatchedImage, page: str) -> None:
    asked(make_target(image), "a")
    foreign = asked(make_target(), "a")
    for query in (f"from={foreign.run_id}", "to=abc", "market=-1"):
        assert client.get(f"/images/{image.pk}/{page}?{query}").status_code == 404


def test_it_takes_as_many_queries_for_20_rows_as_for_10(client: Client, image: WatchedImage) -> None:
    target = make_target(image)
    counts = []
    for n_rows in (10, 20):
        asked(target, *(f"old{n}" for n in range(n_rows)))
        asked(target, *(f"new{n}" for n in range(n_rows)))
        counts.append(queries_of(client, f"/images/{image.pk}/diff/?show=all"))
    assert counts[0] == counts[1]
