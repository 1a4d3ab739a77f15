"""The envelope around every answer, checked in order: HTTP status, its code; callers judge each task.

`tasks_error` is not read: a published sample counts 0 of them beside a failed task.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from monitor.providers.base import AccountError, ProtocolBug, ProviderError, RateLimited, Unavailable
from monitor.providers.dataforseo import codes
from monitor.providers.http import Reply, retry_after, trouble
from monitor.providers.reading import dollars, read_json, record, records, text, whole

NAME = "DataForSEO"
RATE_WAIT_SECONDS = 60.0  # its limits are counted per minute


@dataclass(frozen=True, kw_only=True)
class Task:
    """One element of `tasks`: `code` 0 where it has none, `cost` in USD, `result` its raw objects."""

    remote_id: str
    code: int
    told: str
    cost: Decimal
    tag: str
    result: Sequence[dict[str, object]]


def tasks_of(reply: Reply, *, paid: bool) -> list[Task]:
    """The tasks of an answer, or the error of its HTTP status or envelope; `paid` as for `Wire.post`."""
    if reply.status != 200:
        raise _of_status(reply, paid=paid)
    return read_tasks(reply.body, paid=paid)


def read_tasks(body: bytes, *, paid: bool = False) -> list[Task]:
    """The tasks of an envelope without its HTTP status, as it is kept."""
    envelope = _envelope(body)
    code = whole(envelope.get("status_code"))
    if not code:
        raise trouble(NAME, "sent an answer that cannot be read", paid=paid)
    if code != codes.OK:
        raise _judge(code, _told(envelope), paid=paid)
    return [_task(row) for row in records(envelope.get("tasks"))]


def only_task(tasks: Sequence[Task]) -> Task:
    """The one task of an answer to a free call."""
    if not tasks:
        raise trouble(NAME, "sent an answer without a task", paid=False)
    return tasks[0]


def _task(row: dict[str, object]) -> Task:
    return Task(
        remote_id=text(row.get("id"), 64),
        code=whole(row.get("status_code")) or 0,
        told=_told(row),
        cost=dollars(row.get("cost")),
        tag=text(record(row.get("data")).get("tag"), 255),
        result=records(row.get("result")),
    )


def _envelope(body: bytes) -> dict[str, object]:
    try:
        return record(read_json(body))
    except ValueError:
        return {}


def _told(row: dict[str, object]) -> str:
    return text(row.get("status_message"), 300)


def _judge(code: int, told: str, *, paid: bool) -> ProviderError:
    return codes.refusal(code, told) if paid else codes.failure(code, told)


def _of_status(reply: Reply, *, paid: bool) -> ProviderError:
    """Only 401, 402, 404 and 500 are documented; the others are what networks and proxies say."""
    envelope = _envelope(reply.body)
    code, told = whole(envelope.get("status_code")), _told(envelope)
    match reply.status:
        case 401 | 402 | 403:
            why = told.rstrip(" .") or f"HTTP {reply.status}"
            return AccountError(
                f"{NAME} does not serve this account: {why}. Check its login, balance and limits.", code=code
            )
        case 429:
            wait = retry_after(reply.headers)
            return RateLimited(
                f"{NAME} asks for fewer calls.",
                code=code,
                retry_after=RATE_WAIT_SECONDS if wait is None else wait,
            )
        case 301 | 302 | 303 | 307 | 308:  # not followed, so the call was not carried out
            return Unavailable(f"{NAME} was not reached: something answered with a redirect.")
        case status if 400 <= status < 500 and status != 408:
            return _judge(code, told, paid=paid) if code else _unexpected(status)
    return trouble(NAME, f"answered with HTTP {reply.status}", paid=paid)


def _unexpected(status: int) -> ProviderError:
    return ProtocolBug(
        f"{NAME} did not understand our call (HTTP {status}). Check the address that is set for it."
    )
