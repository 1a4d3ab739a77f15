"""What a fault on the way means: nothing sent, or sent and unknown."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import pytest

from monitor.providers import http
from monitor.providers.base import NotSent, OutcomeUnknown, ProviderError, Unavailable
from monitor.providers.http import Reply, Wire, retry_after
from tests.providers.wire import Recorder

UNSENT = [
    httpx.ConnectError("name or service not known"),
    httpx.ConnectTimeout("slow"),
    httpx.PoolTimeout("busy"),
    httpx.ProxyError("no"),
    httpx.LocalProtocolError("illegal header"),
]
SENT = [
    httpx.ReadTimeout("slow"),
    httpx.WriteTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.WriteError("reset"),
    httpx.RemoteProtocolError("closed"),
    httpx.DecodingError("gzip"),
]


def wire(*replies: httpx.Response | Exception) -> Wire:
    return Wire("Provider", "https://api.test", {"Authorization": "secret-key"}, Recorder(*replies))


def fault(call: Wire, *, paid: bool) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        call.post("/x", {}, paid=paid)
    return caught.value


@contextmanager
def server(answer: bytes) -> Iterator[str]:
    """A real peer that reads one request, writes `answer` and closes; yields its address."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with closing(connection):
                connection.recv(65_536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize("error", UNSENT, ids=lambda error: type(error).__name__)
def test_it_knows_that_nothing_was_sent(error: Exception) -> None:
    for paid in (True, False):
        found = fault(wire(error), paid=paid)
        assert type(found) is Unavailable
        assert found.billed == "no"


@pytest.mark.parametrize("error", SENT, ids=lambda error: type(error).__name__)
def test_it_does_not_know_the_outcome_of_a_paid_call_that_was_sent(error: Exception) -> None:
    found = fault(wire(error), paid=True)
    assert isinstance(found, OutcomeUnknown)
    assert found.billed == "possibly"


@pytest.mark.parametrize("error", SENT, ids=lambda error: type(error).__name__)
def test_it_may_repeat_a_free_call_that_was_sent(error: Exception) -> None:
    assert type(fault(wire(error), paid=False)) is Unavailable


def test_it_never_repeats_a_call_by_itself() -> None:
    recorder = Recorder(httpx.ConnectError("no"), httpx.Response(200))
    with pytest.raises(NotSent):
        Wire("Provider", "https://api.test", {}, recorder).post("/x", {}, paid=True)
    assert len(recorder.requests) == 1


def test_it_does_not_follow_redirects() -> None:
    recorder = Recorder(httpx.Response(302, headers={"location": "https://elsewhere.test/"}))
    assert Wire("Provider", "https://api.test", {}, recorder).get("/x").status == 302
    assert len(recorder.requests) == 1


def test_it_keeps_credentials_and_the_cause_out_of_the_error() -> None:
    found = fault(wire(httpx.ReadTimeout("secret-key in a text")), paid=True)
    assert "secret-key" not in repr(found) + found.message
    assert found.__suppress_context__


def test_it_stops_at_an_answer_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_BODY_BYTES", 1000)
    assert wire(httpx.Response(200, content=b"x" * 1000)).get("/x").body == b"x" * 1000
    found = fault(wire(httpx.Response(200, content=b"x" * 1001)), paid=True)
    assert isinstance(found, OutcomeUnknown)
    assert "too large" in found.message


def test_it_stops_a_peer_that_trickles_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 8))
    monkeypatch.setattr(http, "monotonic", lambda: float(next(clock)))
    endless = (b"." for _ in iter(int, 1))
    found = fault(wire(httpx.Response(200, content=endless)), paid=True)
    assert isinstance(found, OutcomeUnknown)
    assert "in time" in found.message


def test_it_stops_a_slow_upload_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.0, http.QUICK.whole + 1])
    monkeypatch.setattr(http, "monotonic", lambda: next(clock))
    big = wire(httpx.Response(200))
    with pytest.raises(OutcomeUnknown):
        big.post("/x", "a" * http.CHUNK_BYTES * 3, paid=True)


@pytest.mark.parametrize(("patience", "read"), [(http.QUICK, 20.0), (http.LONG, 60.0)])
def test_it_waits_as_long_as_it_is_told(patience: http.Patience, read: float) -> None:
    recorder = Recorder(httpx.Response(200))
    Wire("Provider", "https://api.test", {}, recorder).post("/x", {}, paid=True, patience=patience)
    assert recorder.requests[0].extensions["timeout"] == {"connect": 5, "read": read, "write": 5, "pool": 5}


def test_it_sends_the_whole_body_with_its_length() -> None:
    recorder = Recorder(httpx.Response(200))
    Wire("Provider", "https://api.test", {}, recorder).post("/x", "ä" * 100_000, paid=True)
    assert recorder.sent() == "ä" * 100_000
    assert recorder.requests[0].headers["content-length"] == str(len(recorder.requests[0].content))
    assert "transfer-encoding" not in recorder.requests[0].headers


def test_it_is_unsent_when_nobody_listens() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with closing(Wire("Provider", address, {})) as call:
        assert type(fault(call, paid=True)) is Unavailable


def test_it_is_unsent_when_the_peer_speaks_no_tls() -> None:
    with server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as address:
        call = Wire("Provider", address.replace("http:", "https:"), {})
        assert type(fault(call, paid=True)) is Unavailable


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n[{", b"garbage\r\n\r\n"]
)
def test_it_is_unknown_when_the_peer_hangs_up_in_the_middle(answer: bytes) -> None:
    with server(answer) as address, closing(Wire("Provider", address, {})) as call:
        assert isinstance(fault(call, paid=True), OutcomeUnknown)


def test_it_reads_an_answer_from_a_real_peer() -> None:
    with (
        server(b"HTTP/1.1 402 No\r\nContent-Length: 2\r\n\r\n{}") as address,
        closing(Wire("Provider", address, {})) as call,
    ):
        reply = call.post("/x", {}, paid=True)
    assert reply == Reply(status=402, headers=reply.headers, body=b"{}")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("999999999", http.MAX_WAIT_SECONDS),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", http.MAX_WAIT_SECONDS),
        ("Wed, 21 Oct 2015 07:28:00 -0000", None),
        ("soon", None),
        ("-1", None),
        ("", None),
    ],
)
def test_it_reads_how_long_to_wait(value: str, seconds: float | None) -> None:
    assert retry_after(httpx.Headers({"Retry-After": value})) == seconds


def test_it_has_no_wait_without_the_header() -> None:
    assert retry_after(httpx.Headers()) is None
