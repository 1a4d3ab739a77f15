"""Where DataForSEO says that a task is finished. Whoever calls learns nothing: each tag gets the same answer."""

import zlib
from collections.abc import Callable
from functools import wraps

from django.db import Error
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from monitor.pipeline import hints
from monitor.providers.dataforseo.posting import is_id

MAX_BODY = 5_000_000
CHUNK = 65_536
MAX_TAG = 255
PEEK = 1024
GZIP = b"\x1f\x8b"

Hook = Callable[[HttpRequest], HttpResponse]


def behind_secret(hook: Hook) -> Callable[[HttpRequest, str], HttpResponse]:
    """For a part of the address that only the provider knows; without it there is nothing here."""

    @csrf_exempt
    @wraps(hook)
    def wrapped(request: HttpRequest, secret: str) -> HttpResponse:
        return hook(request) if hints.is_secret(secret) else _answer(404)

    return wrapped


@behind_secret
@require_GET
def pingback(request: HttpRequest) -> HttpResponse:
    """A task is finished."""
    return _heed(request)


@behind_secret
@require_POST
def postback(request: HttpRequest) -> HttpResponse:
    """A task is finished, with its answer, which is not taken from here: we fetch it ourselves."""
    try:
        if _size(request) > MAX_BODY:
            return _answer(413)
        start = request.read(CHUNK)
        while request.read(CHUNK):
            pass  # dropped; a caller who cannot send all of it would not hear our answer
    except (UnreadablePostError, ValueError):  # the caller went away, or sent a size that is none
        return _answer(400)
    is_answer = _is_json(start) or "Transfer-Encoding" in request.headers  # whose parts Django does not read
    return _heed(request) if is_answer else _answer(400)


def _heed(request: HttpRequest) -> HttpResponse:
    tag, remote_id = request.GET.get("tag", ""), request.GET.get("id", "")
    if not 0 < len(tag) <= MAX_TAG or not is_id(remote_id):
        return _answer(400)
    try:
        hints.hint(tag, remote_id)
    except Error:  # the hint is lost, and the provider's own list will name the task
        return _answer(503)
    return _answer(204)


def _size(request: HttpRequest) -> int:
    """Of the body, as announced; Django reads no more than that."""
    return int(request.headers.get("Content-Length") or 0)


def _is_json(start: bytes) -> bool:
    """Whether a body begins as a JSON object does, packed or not; never more than its beginning is unpacked."""
    try:
        text = zlib.decompressobj(wbits=31).decompress(start, PEEK) if start.startswith(GZIP) else start
    except zlib.error:
        return False
    return text[:PEEK].lstrip().startswith(b"{")


def _answer(status: int) -> HttpResponse:
    return HttpResponse(status=status, content_type="text/plain")
