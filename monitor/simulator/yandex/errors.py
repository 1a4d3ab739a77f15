"""How Yandex refuses: gRPC's codes in one of two envelopes, each with the ids that its support asks for."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus

from monitor.simulator.wire import Response, html_response, json_response

INVALID, UNKNOWN, DENIED, EXHAUSTED, UNIMPLEMENTED, UNAUTHENTICATED = 3, 5, 7, 8, 12, 16
STATUS_OF_CODE: Mapping[int, int] = {
    1: 499, 2: 500, 3: 400, 4: 504, 5: 404, 6: 409, 7: 403, 8: 429, 9: 400, 10: 409, 11: 400, 12: 501, 13: 500,
    14: 503, 15: 500, 16: 401,
}  # fmt: skip
_CODE_OF_STATUS = {400: 3, 401: 16, 403: 7, 404: 5, 429: 8, 500: 13, 503: 14, 504: 4}
_MESSAGES: Mapping[int, str] = {
    INVALID: "Cannot process image",
    4: "Deadline exceeded",
    UNKNOWN: "Image not found",
    DENIED: "Permission denied",
    EXHAUSTED: "Quota exceeded",
    13: "Internal error",
    14: "Service unavailable",
    UNAUTHENTICATED: "Unknown api key",
}


def error(code: int, message: str = "", status: int | None = None, *, is_wrapped: bool = False) -> Response:
    """A refusal; `is_wrapped` puts it into the envelope of the older gateways."""
    trace = ids()
    words, http = (
        message or _MESSAGES.get(code, "Something went wrong"),
        status or STATUS_OF_CODE.get(code, 500),
    )
    detail = {"@type": "type.googleapis.com/google.rpc.RequestInfo", "requestId": trace[0][1]}
    payload: dict[str, object] = {"code": code, "message": words, "details": [detail]}
    if is_wrapped:
        payload = {
            "error": {
                "grpcCode": code,
                "httpCode": http,
                "message": words,
                "httpStatus": _phrase(http),
                "details": [detail],
            }
        }
    return json_response(payload, http, trace)


def of_status(status: int) -> Response:
    """What an HTTP status of the service looks like."""
    code = _CODE_OF_STATUS.get(status)
    return error(code, status=status) if code else html_response(f"{status}", status)


def ids() -> tuple[tuple[str, str], ...]:
    """The headers with which Yandex can find a call again."""
    return ("x-request-id", str(uuid.uuid4())), ("x-server-trace-id", uuid.uuid4().hex)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Client Closed Request"
