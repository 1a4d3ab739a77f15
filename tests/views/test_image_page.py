"""The page of one image, Run now, and the progress that renews itself."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from accounts.models import Role, User, Workspace
from monitor.models import Collection, Nudge, Provider, RateBucket, Run, Search, WatchedImage
from monitor.pipeline.ingesting import ingest
from tests.factories import (
    an_answer,
    make_collection,
    make_image,
    make_member,
    make_run,
    make_search,
    make_target,
)
from tests.views.conftest import ClientFor
from tests.views.counting import queries_of


@pytest.fixture
def collection(workspace: Workspace) -> Collection:
    return make_collection(workspace, name="Product", next_run_at=timezone.now() + timedelta(days=1))


@pytest.fixture
def image(collection: Collection) -> WatchedImage:
    return make_image(collection, title="Tidal mug")


def asked(image: WatchedImage, weeks_ago: int, *pages: str, provider: str = Provider.DATAFORSEO) -> Search:
    target = image.targets.filter(provider=provider).first() or make_target(image, provider)
    at = timezone.now() - timedelta(weeks=weeks_ago, hours=1)
    search = make_search(target, make_run(image.collection, at))
    for _ in range(2):
        ingest(search.pk, [an_answer(*(f"https://{page}.example/p" for page in pages))], at)
    search.refresh_from_db()
    return search


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_it_shows_facts_lanes_and_matches(image: WatchedImage, viewer: User, sign_in: ClientFor) -> None:
    asked(image, 1, "a", "b")
    asked(image, 0, "a", "c", "b")
    page = text_of(sign_in(viewer), f"/images/{image.pk}/")
    assert "<dd>3 <small>on 3 domains</small></dd>" in page
    assert "Weekly, Monday 05:00" in page
    assert "Where it appears over time" in page
    assert 'title="c.example, ' in page
    assert 'href="https://c.example/p" rel="noreferrer noopener nofollow" target="_blank"' in page
    assert f'href="/matches.csv?image={image.pk}&amp;show=live"' in page


def test_each_of_24_runs_leads_to_its_diff(image: WatchedImage, viewer: User, sign_in: ClientFor) -> None:
    runs = [asked(image, weeks, "a").run_id for weeks in range(25, 0, -1)]
    page = text_of(sign_in(viewer), f"/images/{image.pk}/")
    heads = page[page.index('class="days"') : page.index("</thead>")]
    for before, run in pairwise(runs):
        assert f'href="/images/{image.pk}/diff/?from={before}&amp;to={run}&amp;engine=google"' in heads
    assert heads.count("<th ") == 24
    older = text_of(sign_in(viewer), f"/images/{image.pk}/?before={runs[1]}")
    assert older[older.index('class="days"') : older.index("</thead>")].count("<th ") == 1


def test_its_matches_lead_to_their_pages_and_are_decided_there(
    image: WatchedImage, viewer: User, editor: User, sign_in: ClientFor
) -> None:
    asked(image, 0, "a")
    match = image.matches.get()
    match.verdict, match.changes = "modified", [{"kind": "mirrored"}]
    match.save()
    path = f"/images/{image.pk}/?q=a"
    page = text_of(sign_in(editor), path)
    assert f'<a class="t ell" id="title-{match.pk}" dir="auto" href="/matches/{match.pk}/">' in page
    assert "Modified copy" in page
    assert "Mirrored" in page
    assert f'name="next" value="{path}#match-{match.pk}"' in page
    assert f'action="/matches/{match.pk}/decide/"' not in text_of(sign_in(viewer), path)
    data = {"decision": "flagged", "next": f"{path}#match-{match.pk}"}
    assert sign_in(editor).post(f"/matches/{match.pk}/decide/", data)["Location"] == data["next"]
    assert "Flagged" in text_of(sign_in(viewer), path)


def test_look_alikes_are_behind_a_switch(image: WatchedImage, viewer: User, sign_in: ClientFor) -> None:
    asked(image, 0, "a", "b")
    image.matches.filter(domain__name="b.example").update(verdict="similar")
    client = sign_in(viewer)
    page = text_of(client, f"/images/{image.pk}/")
    assert "Show 1 look-alike" in page
    assert "https://b.example/p" not in page
    shown = text_of(client, f"/images/{image.pk}/?show=similar")
    assert "https://b.example/p" in shown
    assert "Showing 1 look-alike" in shown
    assert f'href="/matches.csv?show=similar&amp;image={image.pk}"' in shown
    assert b"https://b.example/p" in client.get("/matches.csv?show=similar").getvalue()
    assert b"https://b.example/p" not in client.get("/matches.csv?show=all").getvalue()


def test_an_image_with_look_alikes_alone_says_so(
    image: WatchedImage, viewer: User, sign_in: ClientFor
) -> None:
    asked(image, 0, "a")
    image.matches.update(verdict="similar")
    page = text_of(sign_in(viewer), f"/images/{image.pk}/")
    assert "Nothing found so far" in page
    assert "Show 1 look-alike" in page


@pytest.mark.parametrize(
    "query",
    ["engine=google&rows=pages&show=gone&q=a&domain=a&lanes=2", "engine=bing&show=x&rows=y&lanes=-1&after=z"],
)
def test_it_takes_any_filters(image: WatchedImage, viewer: User, sign_in: ClientFor, query: str) -> None:
    asked(image, 1, "a")
    assert "Where it appears over time" in text_of(sign_in(viewer), f"/images/{image.pk}/?{query}")


@pytest.mark.parametrize("before", ["x", "-1", "999999", "9" * 30, "²"])
def test_a_run_that_is_not_its_own_is_a_404(
    image: WatchedImage, viewer: User, sign_in: ClientFor, before: str
) -> None:
    assert sign_in(viewer).get(f"/images/{image.pk}/?before={before}").status_code == 404


def test_before_the_first_run_it_says_what_comes(
    image: WatchedImage, viewer: User, editor: User, sign_in: ClientFor
) -> None:
    page = text_of(sign_in(editor), f"/images/{image.pk}/")
    assert "Not searched yet" in page
    assert page.count(f'action="/images/{image.pk}/run/"') == 2
    assert "Run now" not in text_of(sign_in(viewer), f"/images/{image.pk}/")


def test_nothing_found_is_said_engine_by_engine(
    image: WatchedImage, viewer: User, sign_in: ClientFor
) -> None:
    run = make_run(image.collection)
    make_search(make_target(image), run, state="done")
    make_search(make_target(image, Provider.YANDEX), run, state="failed", error="It took too long.")
    page = text_of(sign_in(viewer), f"/images/{image.pk}/")
    assert "Nothing found so far" in page
    assert "done, nothing found" in page
    assert "could not be read. It took too long." in page


def test_run_now_makes_a_run_and_shows_it(
    image: WatchedImage, editor: User, sign_in: ClientFor, settings: LazySettings,
    django_capture_on_commit_callbacks: object,
) -> None:  # fmt: skip
    settings.HAS_DATAFORSEO = True
    make_target(image)
    client = sign_in(editor)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture without types
        assert client.post(f"/images/{image.pk}/run/").headers["Location"] == f"/images/{image.pk}/"
    run = Run.objects.get()
    assert (run.trigger, run.requested_by) == ("manual", editor)
    assert Nudge.objects.filter(name__in=["pump", "walk"]).count() == 2
    page = text_of(client, f"/images/{image.pk}/")
    assert "Run 1 is under way." in page
    assert 'hx-trigger="every 1s"' in page
    assert "about to be asked" in page


def test_a_second_press_makes_no_second_run(
    image: WatchedImage, editor: User, sign_in: ClientFor, settings: LazySettings
) -> None:
    settings.HAS_DATAFORSEO = True
    make_target(image)
    client = sign_in(editor)
    for _ in range(2):
        client.post(f"/images/{image.pk}/run/")
    assert Run.objects.count() == 1


def test_run_now_says_why_nothing_happens(image: WatchedImage, editor: User, sign_in: ClientFor) -> None:
    client = sign_in(editor)
    page = client.post(f"/images/{image.pk}/run/", follow=True).content.decode()
    assert "is searched nowhere yet" in page
    make_target(image)
    WatchedImage.objects.update(state="paused")
    assert (
        "is paused. Go on with it first"
        in client.post(f"/images/{image.pk}/run/", follow=True).content.decode()
    )
    assert not Run.objects.exists()


def test_a_viewer_may_not_run(image: WatchedImage, viewer: User, sign_in: ClientFor) -> None:
    make_target(image)
    assert sign_in(viewer).post(f"/images/{image.pk}/run/").status_code == 403
    assert not Run.objects.exists()


def press(client: Client, image: WatchedImage, times: int) -> str:
    """Presses Run now so often; the last page."""
    for _ in range(times):
        page = client.post(f"/images/{image.pk}/run/", follow=True).content.decode()
        Search.objects.update(state=Search.State.FAILED)
    return page


def test_run_now_works_six_times_a_minute_in_a_workspace(
    image: WatchedImage, editor: User, sign_in: ClientFor, settings: LazySettings
) -> None:
    settings.HAS_DATAFORSEO = True
    make_target(image)
    other = make_image(make_collection())
    make_target(other)
    client = sign_in(editor)
    assert "six at once work" not in press(client, image, 6)
    assert "six at once work, then one every ten seconds" in press(client, image, 1)
    assert Run.objects.count() == 6
    neighbour = make_member(other.workspace, Role.EDITOR)
    assert "six at once work" not in press(sign_in(neighbour), other, 1)


def test_run_now_works_sixty_times_an_hour_in_a_workspace(
    image: WatchedImage, editor: User, sign_in: ClientFor
) -> None:
    client = sign_in(editor)
    for _ in range(10):
        assert "after some sixty in a row" not in press(client, image, 6)
        RateBucket.objects.filter(name__endswith=":minute").delete()
    assert "after some sixty in a row" in press(client, image, 1)


def test_run_now_is_a_post(image: WatchedImage, editor: User, sign_in: ClientFor) -> None:
    assert sign_in(editor).get(f"/images/{image.pk}/run/").status_code == 405


def next_question(body: str) -> str:
    found = re.search(r'hx-get="([^"]*progress[^"]*)"', body)
    assert found
    return found[1].replace("&amp;", "&")


def test_progress_is_told_until_the_results_are_there(
    image: WatchedImage, viewer: User, sign_in: ClientFor
) -> None:
    client = sign_in(viewer)
    run = make_run(image.collection)
    yandex = make_search(make_target(image, Provider.YANDEX), run, state="asking")
    google = make_search(make_target(image), run, state="waiting")
    question = next_question(text_of(client, f"/images/{image.pk}/"))
    assert client.get(question).status_code == 204

    ingest(yandex.pk, [an_answer("https://a.example/")], timezone.now())
    response = client.get(question)
    assert response.headers["HX-Trigger"] == '{"new-results": {}}'
    body = response.content.decode()
    assert "1 of 2 searches done" in " ".join(body.split())
    assert "usually 1 to 5 minutes; you may leave this page" in body

    Search.objects.filter(pk=google.pk).update(error="", state="planned")
    assert "HX-Trigger" not in client.get(next_question(body)).headers

    Search.objects.filter(pk=google.pk).update(state="failed", error="It took too long.")
    last = client.get(next_question(body))
    assert "HX-Trigger" in last.headers
    assert "hx-trigger" not in last.content.decode()
    assert "Run 1 has ended: 1 new, 0 gone." in " ".join(last.content.decode().split())
    assert "Google could not be read. It took too long." in " ".join(last.content.decode().split())


@pytest.mark.parametrize("part", ["", "progress/"])
def test_a_stranger_gets_404(image: WatchedImage, stranger: User, sign_in: ClientFor, part: str) -> None:
    assert sign_in(stranger).get(f"/images/{image.pk}/{part}").status_code == 404


def test_a_stranger_may_not_run_it(image: WatchedImage, stranger: User, sign_in: ClientFor) -> None:
    assert sign_in(stranger).post(f"/images/{image.pk}/run/").status_code == 404


def test_its_queries_do_not_grow(image: WatchedImage, viewer: User, sign_in: ClientFor) -> None:
    client = sign_in(viewer)
    counted = []
    for n_rows in (10, 20):
        for weeks in range(n_rows, 0, -1):
            asked(image, weeks + (40 if n_rows == 10 else 0), *(f"site{n}" for n in range(n_rows)))
        counted.append(queries_of(client, f"/images/{image.pk}/?rows=pages&show=all"))
    assert counted[0] == counted[1] <= 24
