"""What Yandex's refusals mean. Both error envelopes of its services are read; the numbers are gRPC's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.providers.base import (
    AccountError,
    AddressRejected,
    IdRejected,
    ProtocolBug,
    ProviderError,
    RateLimited,
    Rejected,
    TaskFailed,
    Unavailable,
)
from monitor.providers.http import Reply, retry_after, trouble
from monitor.providers.reading import read_json, record, records, text, whole
from monitor.providers.yandex.rules import Input

NAME = "Yandex"

# The HTTP status that belongs to a gRPC code (Yandex Cloud's error handling page).
STATUS_OF_GRPC: Mapping[int, int] = {
    1: 499,
    2: 500,
    3: 400,
    4: 504,
    5: 404,
    6: 409,
    7: 403,
    8: 429,
    9: 400,
    10: 409,
    11: 400,
    12: 501,
    13: 500,
    14: 503,
    15: 500,
    16: 401,
}
_UNAUTHENTICATED, _FORBIDDEN, _EXHAUSTED, _DATA_LOSS = 16, 7, 8, 15
_FOLDER = re.compile(r"folder[ _]?id", re.IGNORECASE)
_TOO_BIG = "larger than max"  # a size limit of gRPC that shares its code with the quota


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a reply says of itself; 200 is an answer. `code` is 0 where the body is no error envelope."""

    status: int
    code: int
    message: str
    request_id: str


def told_by(reply: Reply) -> Told:
    """The error in a reply, in either envelope; inside a 200 it gets the status that its code stands for."""
    try:
        envelope = record(read_json(reply.body))
    except ValueError:
        envelope = {}
    error = record(envelope.get("error")) or envelope
    code = whole(error.get("grpcCode")) or whole(error.get("code")) or 0
    status = reply.status
    if status == 200 and (code or error is not envelope):
        status = STATUS_OF_GRPC.get(code) or whole(error.get("httpCode")) or 500
    ids = (text(detail.get("requestId"), 100) for detail in records(error.get("details")))
    request_id = next((found for found in ids if found), "") or reply.headers.get("x-request-id", "")
    return Told(status=status, code=code, message=text(error.get("message"), 300), request_id=request_id)


def error_of(reply: Reply, named_by: Input) -> ProviderError:
    """The error for a reply without an answer; `named_by` says how the picture was named in the call."""
    told = told_by(reply)
    too_big = told.code == _EXHAUSTED and _TOO_BIG in told.message.lower()
    if _is_account(told):
        return AccountError(_sentence("does not serve this account", told), code=told.code)
    if (told.status == 429 or told.code == _EXHAUSTED) and not too_big:
        wait = retry_after(reply.headers)
        return RateLimited(_sentence("asks for fewer calls", told), code=told.code, retry_after=wait)
    if told.code == _DATA_LOSS:
        return TaskFailed(_sentence("lost this search", told), code=told.code, billed="possibly")
    if told.status < 300 or told.status in (408, 499) or (told.status >= 500 and told.status != 501):
        return trouble(NAME, f"answered with HTTP {told.status}", paid=True)
    if too_big or told.status in (400, 413, 422) or (told.status == 404 and told.code):
        return _of_the_input(told, named_by)
    if 300 <= told.status < 400:  # not followed, so the call was not carried out
        return Unavailable(f"{NAME} was not reached: something answered with a redirect.")
    return ProtocolBug(_sentence("did not understand our call", told), code=told.code)


def _is_account(told: Told) -> bool:
    if told.status in (401, 402, 403) or told.code in (_UNAUTHENTICATED, _FORBIDDEN):
        return True
    return told.status == 400 and bool(_FOLDER.search(told.message))


def _of_the_input(told: Told, named_by: Input) -> ProviderError:
    match named_by:
        case "id":
            return IdRejected(_sentence("does not take the picture's id", told), code=told.code)
        case "url":
            return AddressRejected(_sentence("does not take the picture's address", told), code=told.code)
    return Rejected(_sentence("cannot search this picture with these settings", told), code=told.code)


def _sentence(what: str, told: Told) -> str:
    why = told.message.rstrip(" .") or f"HTTP {told.status}"
    request = f" (request {told.request_id})" if told.request_id else ""
    return f"{NAME} {what}: {why}{request}."
