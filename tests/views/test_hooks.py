"""The addresses that DataForSEO calls: a hint at most, the same answer to everybody, never an error."""

import gzip
import zlib

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import OperationalError
from django.http import HttpResponseBase, UnreadablePostError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from monitor.models import ProviderTask, Search
from monitor.pipeline import hints
from monitor.pipeline.tags import new_tag
from monitor.views import hooks
from tests.pipeline.test_hints import ID, a_waiting_search, is_due

pytestmark = pytest.mark.django_db
ENVELOPE = b'{"status_code": 20000, "tasks": []}'
PINGBACK, POSTBACK = "dataforseo-pingback", "dataforseo-postback"


@pytest.fixture
def search() -> Search:
    return a_waiting_search()


def tag_of(search: Search) -> str:
    return search.provider_tasks.get().tag


def ping(client: Client, tag: str, *, task_id: str = ID, secret: str = "") -> HttpResponseBase:
    path = reverse(PINGBACK, args=[secret or hints.secret()])
    return client.get(path, {"id": task_id, "tag": tag})


def post(
    client: Client, tag: str, body: bytes = ENVELOPE, *, secret: str = "", **headers: str
) -> HttpResponseBase:
    path = reverse(POSTBACK, args=[secret or hints.secret()])
    return client.post(f"{path}?id={ID}&tag={tag}", body, content_type="application/json", headers=headers)


def test_a_pingback_ends_the_wait(client: Client, search: Search) -> None:
    assert ping(client, tag_of(search)).status_code == 204
    assert is_due(search)


@pytest.mark.parametrize("body", [ENVELOPE, b"\n " + ENVELOPE, gzip.compress(ENVELOPE, mtime=0)])
def test_a_postback_is_no_more_than_a_hint(client: Client, search: Search, body: bytes) -> None:
    assert post(client, tag_of(search), body).status_code == 204
    assert is_due(search)
    assert search.provider_tasks.get().state == ProviderTask.State.ACCEPTED


def test_known_and_unknown_tags_get_the_same_answer(client: Client, search: Search) -> None:
    known, unknown = ping(client, tag_of(search)), ping(client, new_tag(search.pk + 1))
    assert (known.status_code, known.headers) == (204, unknown.headers)
    assert unknown.status_code == 204


def test_a_forged_tag_touches_no_table(
    client: Client, search: Search, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.cookies["sessionid"] = "abcdefghijklmnopqrstuvwxyz012345"
    forged = f"{tag_of(search)[:-1]}x"
    with django_assert_num_queries(0):
        assert ping(client, forged).status_code == 204
        assert post(client, "wa1.1.0.aa.bb").status_code == 204
    assert not is_due(search)


def test_a_hint_is_one_query_whatever_cookie_comes_along(
    client: Client, search: Search, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Besides the nudge, which is written after the commit."""
    client.cookies["sessionid"] = "abcdefghijklmnopqrstuvwxyz012345"
    tag = tag_of(search)
    with django_assert_num_queries(1):
        assert ping(client, tag).status_code == 204


@pytest.mark.parametrize("name", [PINGBACK, POSTBACK])
def test_without_the_secret_there_is_nothing_here(client: Client, search: Search, name: str) -> None:
    path = reverse(name, args=["0" * 32])
    for answer in (client.get(path), client.post(path, {"x": "y"}), client.get(f"{path[:-3]}é/")):
        assert (answer.status_code, answer.content) == (404, b"")


def test_the_other_method_is_refused(client: Client) -> None:
    assert client.post(reverse(PINGBACK, args=[hints.secret()])).status_code == 405
    assert client.get(reverse(POSTBACK, args=[hints.secret()])).status_code == 405


def test_no_form_token_is_asked_for(search: Search) -> None:
    assert post(Client(enforce_csrf_checks=True), tag_of(search)).status_code == 204


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[1, 2]", b"\x1f\x8b not gzip", gzip.compress(b"<html>", mtime=0)]
)
def test_what_is_no_answer_at_all_is_malformed(client: Client, search: Search, body: bytes) -> None:
    assert post(client, tag_of(search), body).status_code == 400
    assert not is_due(search)


@pytest.mark.parametrize("task_id", ["", "1", "../../etc/passwd", "x" * 36, f"{ID}\n"])
def test_an_id_that_is_none_is_malformed(client: Client, search: Search, task_id: str) -> None:
    assert ping(client, tag_of(search), task_id=task_id).status_code == 400


@pytest.mark.parametrize("tag", ["", "x" * 256, "\udcff".encode(errors="surrogateescape").decode("latin-1")])
def test_any_tag_is_answered(client: Client, tag: str) -> None:
    assert ping(client, tag).status_code in (204, 400)


def test_five_megabytes_are_read_and_no_more(client: Client, search: Search) -> None:
    largest = ENVELOPE.ljust(hooks.MAX_BODY)
    assert post(client, tag_of(search), largest).status_code == 204
    assert post(client, tag_of(search), largest + b" ").status_code == 413


def test_a_larger_body_is_not_read_at_all(
    client: Client, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(self: WSGIRequest, size: int = -1) -> bytes:
        raise AssertionError("It was read.")

    monkeypatch.setattr(WSGIRequest, "read", never)
    assert post(client, tag_of(search), b"{".ljust(hooks.MAX_BODY + 1)).status_code == 413


def test_a_body_is_dropped_piece_by_piece(
    client: Client, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    take = WSGIRequest.read

    def counted(self: WSGIRequest, size: int = -1) -> bytes:
        chunk: bytes = take(self, size)
        read.append(len(chunk))
        return chunk

    monkeypatch.setattr(WSGIRequest, "read", counted)
    assert post(client, tag_of(search), ENVELOPE.ljust(hooks.MAX_BODY)).status_code == 204
    assert (sum(read), max(read)) == (hooks.MAX_BODY, hooks.CHUNK)


def test_a_size_that_is_none_is_malformed(client: Client, search: Search) -> None:
    path = f"{reverse(POSTBACK, args=[hints.secret()])}?id={ID}&tag={tag_of(search)}"
    assert client.post(path, ENVELOPE, "application/json", CONTENT_LENGTH="many").status_code == 400


def test_a_body_of_unknown_size_is_a_hint_all_the_same(client: Client, search: Search) -> None:
    path = f"{reverse(POSTBACK, args=[hints.secret()])}?id={ID}&tag={tag_of(search)}"
    headers = {"Transfer-Encoding": "chunked"}
    assert client.post(path, b"", "application/json", headers=headers).status_code == 204
    assert is_due(search)


def test_a_bomb_is_not_unpacked(client: Client, search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gigabyte of blanks in a megabyte: it begins as no answer does."""
    unpacked: list[int] = []

    class Spy:
        def __init__(self, wbits: int) -> None:
            self._inner = REAL(wbits=wbits)

        def decompress(self, data: bytes, most: int) -> bytes:
            part = self._inner.decompress(data, most)
            unpacked.append(len(part))
            return part

    REAL = zlib.decompressobj
    monkeypatch.setattr(zlib, "decompressobj", Spy)
    bomb = gzip.compress(bytes(50_000_000), 9)
    assert post(client, tag_of(search), bomb).status_code == 400
    assert post(client, tag_of(search), gzip.compress(b"{" * 50_000_000, 9, mtime=0)).status_code == 204
    assert sum(unpacked) <= 2 * hooks.PEEK


def test_a_caller_who_goes_away_is_no_error(
    client: Client, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: WSGIRequest, size: int = -1) -> bytes:
        raise UnreadablePostError("gone")

    monkeypatch.setattr(WSGIRequest, "read", broken)
    assert post(client, tag_of(search)).status_code == 400


def test_a_database_that_is_down_is_no_error_of_ours(
    client: Client, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(tag: str, remote_id: str) -> bool:
        raise OperationalError("gone")

    monkeypatch.setattr(hints, "hint", down)
    assert ping(client, tag_of(search)).status_code == 503


def test_the_secret_is_in_no_log(client: Client, search: Search, caplog: pytest.LogCaptureFixture) -> None:
    assert post(client, tag_of(search), b"").status_code == 400
    assert client.post(reverse(PINGBACK, args=[hints.secret()])).status_code == 405
    assert client.get("/no-such-page/").status_code == 404
    assert [record.getMessage() for record in caplog.records] == ["Not Found: /no-such-page/"]


def test_the_simulator_on_this_machine_is_heard_without_https(
    client: Client, search: Search, settings: Settings
) -> None:
    """It calls, and fetches pictures, past the proxy in front of the pages."""
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/accounts/login/").status_code == 301
    assert ping(client, tag_of(search)).status_code == 204
    assert client.get("/i/nothing.jpg").status_code == 404
