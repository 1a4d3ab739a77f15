"""The service: who may call it, and how often."""

import base64
import hmac
from collections.abc import Mapping

from monitor.simulator.dataforseo import lists
from monitor.simulator.dataforseo.calls import call_of
from monitor.simulator.dataforseo.codes import (
    FAILED,
    NO_SUCH_CALL,
    PAYMENT_REQUIRED,
    TOO_MANY_CALLS,
    UNAUTHORISED,
)
from monitor.simulator.dataforseo.envelope import refused
from monitor.simulator.dataforseo.paths import (
    ERRORS,
    ID_LIST,
    STATUS,
    TASK_GET,
    TASK_POST,
    TASKS_FIXED,
    TASKS_READY,
    USER_DATA,
)
from monitor.simulator.dataforseo.posting import tag_of
from monitor.simulator.parts import Parts
from monitor.simulator.rates import Allowance
from monitor.simulator.script import Mishaps
from monitor.simulator.wire import Request, Response, html_response

LOGIN = PASSWORD = "simulator"  # noqa: S105 - no secret, everybody may know it
MINUTE = 60
_ALLOWED = b"Basic " + base64.b64encode(f"{LOGIN}:{PASSWORD}".encode())
_STATUSES: Mapping[int, int] = {401: UNAUTHORISED, 402: PAYMENT_REQUIRED, 500: FAILED}
_LIMITED: Mapping[str, str] = {
    path: path.rpartition("/")[2] for path in (TASKS_READY, TASKS_FIXED, ID_LIST, ERRORS, STATUS, USER_DATA)
}


class DataForSEO:
    """The service over the simulator's parts."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def tags_of(self, request: Request) -> list[str]:
        """The tags that a call is about."""
        if request.path == TASK_POST:
            rows = request.json if isinstance(request.json, list) else []
            return [tag_of(row) for row in rows if isinstance(row, dict)]
        task = self._parts.tasks.find(request.path.removeprefix(TASK_GET))
        return [task.tag] if task else []

    def refusal(self, mishaps: Mishaps) -> Response | None:
        """The answer to a call that is refused as a whole by the script."""
        if "envelope" in mishaps:
            return refused(int(mishaps["envelope"]))
        if "http" in mishaps:
            status = int(mishaps["http"])
            return refused(_STATUSES[status]) if status in _STATUSES else html_response(str(status), status)
        return None

    def answer(self, request: Request, mishaps: Mishaps) -> Response:
        """The answer to one call, with what is left of its limit."""
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), _ALLOWED):
            return refused(UNAUTHORISED)
        call = call_of(request)
        if call is None:
            return refused(NO_SUCH_CALL)
        headers: tuple[tuple[str, str], ...] = ()
        if allowance := self._allowance(request.path):
            left = str(max(0, allowance.left))
            headers = (("X-RateLimit-Limit", str(allowance.limit)), ("X-RateLimit-Remaining", left))
            if allowance.left < 0:
                return refused(TOO_MANY_CALLS).with_headers(headers)
        if "foreign_ready" in mishaps:
            lists.add_foreign(self._parts, int(mishaps["foreign_ready"]))
        return call(self._parts, request).with_headers(headers)

    def _allowance(self, path: str) -> Allowance | None:
        """The call is counted among all, and among those of its kind; the limit that leaves least counts."""
        parts, limits = self._parts, self._parts.dials.now.limits
        names = [name for name in ("total", _LIMITED.get(path, "")) if name in limits]
        taken = [parts.rates.take(name, limits[name], parts.clock.now(), MINUTE) for name in names]
        return min(taken, key=lambda allowance: allowance.left, default=None)
