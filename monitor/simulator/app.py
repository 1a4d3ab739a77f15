"""The simulator as one WSGI application: both services, the picture hosts and the control addresses."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from time import sleep
from typing import Any
from urllib.parse import parse_qsl

from monitor.simulator import yandex
from monitor.simulator.dataforseo import DataForSEO
from monitor.simulator.parts import Parts
from monitor.simulator.script import Mishaps
from monitor.simulator.steering import PREFIX, Steering
from monitor.simulator.wire import Dropped, Request, Response, html_response
from monitor.simulator.yandex import Yandex

MOST_BYTES = 8_000_000
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class Simulator:
    """Routes each call; what the script has in store is applied here, around the services."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._steering = Steering(parts)
        self._dataforseo = DataForSEO(parts)
        self._yandex = Yandex(parts)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """WSGI; raises Dropped when the connection shall end without an answer."""
        response = self.answer(read_request(environ))
        headers = [("Content-Type", response.content_type), ("Content-Length", str(len(response.body)))]
        start_response(_status_line(response.status), [*headers, *response.headers])
        return [response.body]

    def answer(self, request: Request) -> Response:
        """The answer to one call."""
        if request.host.endswith(".example"):
            return self._parts.gallery.answer(request)
        if request.path.startswith(PREFIX) and request.is_local:
            return self._steering.answer(request)
        if len(request.body) > MOST_BYTES:
            return html_response("413 Content Too Large", 413)
        service = self._yandex if request.path == yandex.PATH else self._dataforseo
        script = self._parts.script
        tags = [] if script.is_empty else service.tags_of(request)
        mishaps = script.of_call(request.path, tags)
        if "timeout_before" in mishaps:
            raise Dropped
        answer = _too_many(mishaps) or service.refusal(mishaps)
        return answer or _spoilt(service.answer(request, mishaps), mishaps)


def read_request(environ: dict[str, Any]) -> Request:
    """The call in a WSGI environment."""
    length = environ.get("CONTENT_LENGTH") or "0"
    body = environ["wsgi.input"].read(int(length)) if length.isdigit() else b""
    names = [name for name in environ if name.startswith("HTTP_")]
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ.get("PATH_INFO", ""),
        host=environ.get("HTTP_HOST", "").partition(":")[0].lower().rstrip("."),
        is_local=environ.get("REMOTE_ADDR", "").startswith(("127.", "::1")),
        query=dict(parse_qsl(environ.get("QUERY_STRING", ""))),
        headers={name[5:].replace("_", "-").lower(): environ[name] for name in names},
        body=body,
    )


def _too_many(mishaps: Mishaps) -> Response | None:
    """The answer to a caller who shall wait for so many seconds."""
    if "retry_after" not in mishaps:
        return None
    wait = str(int(mishaps["retry_after"]))
    return html_response("429 Too Many Requests", 429).with_headers((("Retry-After", wait),))


def _spoilt(response: Response, mishaps: Mishaps) -> Response:
    """The answer to a call that was carried out, as it arrives."""
    if "slow" in mishaps:
        sleep(mishaps["slow"])
    if "timeout_after" in mishaps:
        raise Dropped
    if "truncated" in mishaps:
        return Response(body=response.body[: len(response.body) // 2], status=response.status)
    return html_response("Please wait", 200) if "html" in mishaps else response


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"
