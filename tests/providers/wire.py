"""The fake at the wire: real clients over a transport that answers as told and keeps what was asked."""

import json
from pathlib import Path

import httpx

PAYLOADS = Path(__file__).parents[1] / "payloads"


class Recorder(httpx.MockTransport):
    """Answers in turn with `replies` (a response, or an exception to raise); `requests` holds what came."""

    def __init__(self, *replies: httpx.Response | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self._replies = list(replies)
        super().__init__(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self._replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def sent(self, index: int = 0) -> object:
        """The JSON body of a request."""
        return json.loads(self.requests[index].content)


def payload(name: str) -> bytes:
    """A stored body, by its path under tests/payloads."""
    return (PAYLOADS / name).read_bytes()


def reply(name: str, status: int = 200) -> httpx.Response:
    """A stored body as an HTTP answer."""
    return httpx.Response(status, content=payload(name))
