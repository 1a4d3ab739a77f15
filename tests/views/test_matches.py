"""The page of a match, deciding about it with and without scripts, and the review queue."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from monitor import access
from monitor.decisions import decide
from monitor.models import DecisionEntry, Match, WatchedImage
from tests.factories import make_collection, make_found, make_image, make_look, make_match, make_target
from tests.views.conftest import ClientFor
from tests.views.counting import queries_of

NOW = timezone.now()


@pytest.fixture
def image(workspace: Workspace) -> WatchedImage:
    return make_image(make_collection(workspace), title="Tidal mug")


@pytest.fixture
def match(image: WatchedImage) -> Match:
    return found(image, "https://dealbarn.example/kitchen/mug")


def found(image: WatchedImage, page: str = "", *, days: float = 1, **fields: Any) -> Match:
    """A modified copy that waits for a decision, with a picture and a look at it."""
    target = image.targets.first() or make_target(image)
    match = make_match(
        image, page, **{"verdict": "modified", "first_seen_at": NOW - timedelta(days=days), **fields}
    )
    item = make_found(match, target, file=image.thumbnail.name)
    changes = [{"kind": "cropped", "share": 0.6}, {"kind": "text", "where": "bottom"}]
    corners = [[-0.2, 0], [1, 0], [1, 1], [-0.2, 1]]
    make_look(item, changes=changes, placement=corners, visible_share=0.6)
    return match


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def say(client: Client, match: Match, decision: str = "flagged", **data: str) -> str:
    """Where one comes to."""
    response = client.post(f"/matches/{match.pk}/decide/", {"decision": decision, **data})
    assert response.status_code == 302
    return response["Location"]


def test_it_shows_both_pictures_and_the_evidence(match: Match, viewer: User, sign_in: ClientFor) -> None:
    page = text_of(sign_in(viewer), f"/matches/{match.pk}/")
    assert "Modified copy" in page
    assert "Cropped to 60 %, text added at the bottom" in page
    assert "about two thirds" in page
    assert f'src="/images/{match.watched_image_id}/picture.jpg"' in page
    assert f'href="/found/{match.items.get().pk}.jpg"' in page
    assert '<polygon class="outline" points="0.0,0.0' in page
    assert 'href="https://dealbarn.example/kitchen/mug" rel="noreferrer noopener nofollow"' in page


def test_it_prints_no_figure_of_the_method_and_no_style(
    match: Match, viewer: User, sign_in: ClientFor
) -> None:
    Match.objects.update(score=0.8137)
    page = text_of(sign_in(viewer), f"/matches/{match.pk}/")
    assert "0.81" not in page
    assert "score" not in page
    assert "style=" not in page
    assert "<script>" not in page


def test_those_who_only_look_have_no_buttons(match: Match, viewer: User, sign_in: ClientFor) -> None:
    page = text_of(sign_in(viewer), f"/matches/{match.pk}/")
    assert f"/matches/{match.pk}/decide/" not in page
    assert "Choose how sure to be" not in page
    assert sign_in(viewer).post(f"/matches/{match.pk}/decide/", {"decision": "flagged"}).status_code == 403
    assert not DecisionEntry.objects.exists()


def test_it_leads_to_how_sure_to_be(match: Match, editor: User, sign_in: ClientFor) -> None:
    assert '<a href="/settings/strictness/">' in text_of(sign_in(editor), f"/matches/{match.pk}/")


def test_it_decides_and_goes_on(match: Match, image: WatchedImage, editor: User, sign_in: ClientFor) -> None:
    following = found(image, days=2)
    client = sign_in(editor)
    assert say(client, match, "flagged", note=" Asked them ") == f"/matches/{following.pk}/"
    match.refresh_from_db()
    assert (match.decision, match.decided_by, match.note) == ("flagged", editor, "Asked them")
    page = text_of(client, f"/matches/{following.pk}/")
    assert "Flagged: Tidal mug on dealbarn.example." in page
    assert f'action="/decisions/{DecisionEntry.objects.get().pk}/undo/"' in page
    decided = re.sub(r"<[^>]+>", "", text_of(client, f"/matches/{match.pk}/"))
    assert "Flagged by Eddie, today" in " ".join(decided.split())


def test_it_ends_where_nothing_waits(match: Match, editor: User, sign_in: ClientFor) -> None:
    client = sign_in(editor)
    assert say(client, match) == "/review/"
    assert "All reviewed" in text_of(client, "/review/")


def test_it_takes_a_decision_back(match: Match, editor: User, sign_in: ClientFor) -> None:
    client = sign_in(editor)
    say(client, match)
    undo = f"/decisions/{DecisionEntry.objects.get().pk}/undo/"
    response = client.post(undo)
    assert response["Location"] == f"/matches/{match.pk}/"
    match.refresh_from_db()
    assert match.decision == "open"
    assert "Taken back." in text_of(client, response["Location"])
    client.post(undo)
    assert "had been taken back before" in text_of(client, response["Location"])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"decision": "burnt"}, "Choose Allow, Flag, Not ours or Later."),
        ({"decision": "open"}, "Choose Allow, Flag, Not ours or Later."),
        ({"decision": ""}, "Choose Allow, Flag, Not ours or Later."),
        ({"note": "x" * 1001}, "A note has at most 1,000 letters."),
        ({"note": "a\0b"}, "The note has a sign that cannot be stored. Nothing was changed."),
    ],
)
def test_bad_input_changes_nothing(
    match: Match, editor: User, sign_in: ClientFor, data: dict[str, str], sentence: str
) -> None:
    client = sign_in(editor)
    assert say(client, match, **{"decision": "flagged", **data}) == f"/matches/{match.pk}/"
    assert sentence in text_of(client, f"/matches/{match.pk}/")
    match.refresh_from_db()
    assert (match.decision, match.note) == ("open", "")


def test_one_choice_for_a_domain(match: Match, image: WatchedImage, editor: User, sign_in: ClientFor) -> None:
    same = found(image, "https://dealbarn.example/other", note="Known")
    other = found(image, "https://elsewhere.example/", days=3)
    client = sign_in(editor)
    assert "Use my choice for all 2 undecided ones" in text_of(client, f"/matches/{match.pk}/")
    assert say(client, match, "allowed", all="yes", note="") == f"/matches/{other.pk}/"
    same.refresh_from_db()
    assert (same.decision, same.note) == ("allowed", "Known")
    assert "Allowed: Tidal mug on dealbarn.example, with 1 more of the domain." in text_of(client, "/")
    client.post(f"/decisions/{DecisionEntry.objects.latest('pk').pk}/undo/")
    assert set(Match.objects.values_list("decision", flat=True)) == {"open"}
    assert "Taken back for 2 matches." in text_of(client, "/")


def test_a_note_is_of_one_match(match: Match, image: WatchedImage, editor: User, sign_in: ClientFor) -> None:
    same = found(image, "https://dealbarn.example/other", note="Known")
    say(sign_in(editor), match, "allowed", all="yes", note="About this page")
    notes = dict(Match.objects.values_list("pk", "note"))
    assert notes == {match.pk: "About this page", same.pk: "Known"}
    assert set(Match.objects.values_list("decision", flat=True)) == {"allowed"}


def test_line_ends_of_a_note_count_once(match: Match, editor: User, sign_in: ClientFor) -> None:
    lines = ["x" * 49] * 20
    say(sign_in(editor), match, note="\r\n".join(lines))
    match.refresh_from_db()
    assert (match.decision, match.note) == ("flagged", "\n".join(lines))


def test_a_match_that_is_deleted_meanwhile_is_not_there(
    match: Match, editor: User, sign_in: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(request: HttpRequest, pk: int) -> Match:
        row = Match.objects.select_related("workspace", "domain").get(pk=pk)
        Match.objects.filter(pk=pk).delete()
        return row

    monkeypatch.setattr(access, "match", too_late)
    assert sign_in(editor).post(f"/matches/{match.pk}/decide/", {"decision": "flagged"}).status_code == 404


def test_taking_back_stays_in_the_queue(
    match: Match, image: WatchedImage, editor: User, sign_in: ClientFor
) -> None:
    client = sign_in(editor)
    say(client, match, "later")
    page = text_of(client, f"/matches/{match.pk}/?queue=later")
    forms = [form for form in page.split("<form")[1:] if "/undo/" in form]
    assert len(forms) == 2
    assert all('<input type="hidden" name="queue" value="later">' in form for form in forms)


def test_what_one_did_today_is_counted_to_a_hundred(
    match: Match, image: WatchedImage, editor: User, sign_in: ClientFor
) -> None:
    for _ in range(101):
        make_match(image)
    decide(Match.objects.exclude(pk=match.pk), "allowed", editor, timezone.now())
    assert "more than 99 done today, 1 to review" in text_of(sign_in(editor), f"/matches/{match.pk}/")


@pytest.mark.parametrize("next_page", ["/images/?sort=new", "/images/1/?q=a&show=all#matches"])
def test_it_goes_back_to_the_list(match: Match, editor: User, sign_in: ClientFor, next_page: str) -> None:
    assert say(sign_in(editor), match, next=next_page) == next_page


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_goes_nowhere_else(match: Match, editor: User, sign_in: ClientFor, next_page: str) -> None:
    assert say(sign_in(editor), match, next=next_page) == "/review/"


def test_a_decision_needs_the_token_of_the_form(match: Match, editor: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert client.post(f"/matches/{match.pk}/decide/", {"decision": "flagged"}).status_code == 403
    assert not DecisionEntry.objects.exists()


def test_review_begins_with_the_newest(
    match: Match, image: WatchedImage, viewer: User, sign_in: ClientFor
) -> None:
    newest = found(image, days=0.1)
    client = sign_in(viewer)
    assert client.get("/review/")["Location"] == f"/matches/{newest.pk}/"
    assert 'href="/review/" data-go="review"' in text_of(client, "/runs/")
    assert '2<span class="vh"> to review</span>' in text_of(client, "/runs/")


def test_what_was_put_off_is_reviewed_by_itself(match: Match, editor: User, sign_in: ClientFor) -> None:
    client = sign_in(editor)
    say(client, match, "later")
    assert "See those put off" in text_of(client, "/review/")
    assert client.get("/review/?queue=later")["Location"] == f"/matches/{match.pk}/?queue=later"
    page = text_of(client, f"/matches/{match.pk}/?queue=later")
    assert '<input type="hidden" name="queue" value="later">' in page
    assert say(client, match, "allowed", queue="later") == "/review/"
    assert "Nothing was put off" in text_of(client, "/review/?queue=later")


def test_a_picture_that_is_asked_for_is_in_front(
    match: Match, image: WatchedImage, viewer: User, sign_in: ClientFor
) -> None:
    other = make_found(match, image.targets.get(), state="failed", error="The site did not answer.")
    page = text_of(sign_in(viewer), f"/matches/{match.pk}/?picture={other.pk}")
    assert "2 pictures found on this page" in page
    assert '<div class="found missing">' in page
    assert "The site did not answer." in page


@pytest.mark.parametrize("n", [10, 20])
def test_it_takes_as_many_queries_whatever_there_is(
    match: Match, image: WatchedImage, owner: User, editor: User, sign_in: ClientFor, n: int
) -> None:
    for k in range(n):
        found(image, f"https://dealbarn.example/{k}", days=k)
        found(image, days=k)
        make_look(make_found(match, image.targets.get(), file=image.thumbnail.name))
        decide(Match.objects.filter(pk=match.pk), "later", owner, NOW - timedelta(hours=k))
    assert queries_of(sign_in(editor), f"/matches/{match.pk}/") == 22
