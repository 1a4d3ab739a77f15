"""Which call is which, and carrying one out."""

from collections.abc import Callable, Mapping
from typing import Any

from monitor.simulator.dataforseo import account, lists, places, troubles
from monitor.simulator.dataforseo.codes import EMPTY, INVALID, PAYMENT_REQUIRED
from monitor.simulator.dataforseo.collecting import collect
from monitor.simulator.dataforseo.envelope import Row, envelope, refused, task_row
from monitor.simulator.dataforseo.paths import (
    CODES,
    ECHO,
    ERRORS,
    ID_LIST,
    LANGUAGES,
    LOCATIONS,
    RESEND,
    STATUS,
    TASK_GET,
    TASK_POST,
    TASKS_FIXED,
    TASKS_READY,
    USER_DATA,
)
from monitor.simulator.dataforseo.posting import accept
from monitor.simulator.faults import AT_COLLECTING
from monitor.simulator.parts import Parts
from monitor.simulator.tasks import new_id
from monitor.simulator.wire import Request, Response

Call = Callable[[Parts, Request], Response]


def call_of(request: Request) -> Call | None:
    """How a request is carried out; None when there is no such call."""
    known = _CALLS.get((request.method, request.path))
    if known or request.method != "GET":
        return known
    return next((call for start, call in _BY_START.items() if request.path.startswith(start)), None)


def _post(parts: Parts, request: Request) -> Response:
    rows = _rows(request)
    if not rows:
        return refused(INVALID if rows is None else EMPTY)
    answered = accept(parts, rows)
    return refused(PAYMENT_REQUIRED) if answered is None else envelope(answered)


def _get(parts: Parts, request: Request) -> Response:
    return envelope([collect(parts, request.path.removeprefix(TASK_GET))])


def _resend(parts: Parts, request: Request) -> Response:
    rows = _rows(request)
    if not rows:
        return refused(INVALID if rows is None else EMPTY)
    return envelope(troubles.resend(parts, rows))


def _locations_of(parts: Parts, request: Request) -> Response:
    return envelope([places.locations(parts, request.path.rpartition("/")[2])])


def _shown(row_of: Callable[[Parts], Row]) -> Call:
    """A call that asks nothing."""
    return lambda parts, request: envelope([_refusal(parts, request) or row_of(parts)])


def _asked(row_of: Callable[[Parts, Mapping[str, Any]], Row]) -> Call:
    """A call whose body holds one question."""

    def call(parts: Parts, request: Request) -> Response:
        match _rows(request):
            case [question]:
                return envelope([_refusal(parts, request) or row_of(parts, question)])
        return refused(INVALID)

    return call


def _refusal(parts: Parts, request: Request) -> Row | None:
    """What is answered instead when the script has a code in store."""
    (mishaps,) = parts.script.of_tasks(request.path, [""], AT_COLLECTING)
    if "code" not in mishaps:
        return None
    return task_row(request.path, task_id=new_id(parts.clock.now()), code=int(mishaps["code"]), data=ECHO)


def _rows(request: Request) -> list[dict[str, Any]] | None:
    """The objects of a body; empty for an empty one, None for a body that is no list of objects."""
    rows = request.json if request.body.strip() else []
    is_good = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    return rows if is_good else None


_CALLS: Mapping[tuple[str, str], Call] = {
    ("POST", TASK_POST): _post,
    ("GET", TASKS_READY): _shown(lists.ready),
    ("GET", TASKS_FIXED): _shown(lists.fixed),
    ("POST", ID_LIST): _asked(lists.id_list),
    ("POST", ERRORS): _asked(troubles.errors),
    ("POST", RESEND): _resend,
    ("GET", LOCATIONS): _shown(places.locations),
    ("GET", LANGUAGES): _shown(places.languages),
    ("GET", USER_DATA): _shown(account.user_data),
    ("GET", STATUS): _shown(account.status),
    ("GET", CODES): _shown(account.codes),
}
_BY_START: Mapping[str, Call] = {TASK_GET: _get, f"{LOCATIONS}/": _locations_of}
