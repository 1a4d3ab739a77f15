"""The calls to DataForSEO. Posting costs money; everything else is free and may be repeated."""

import base64
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import httpx

from monitor.providers.base import (
    Collected,
    KnownTask,
    OutcomeUnknown,
    Posted,
    ProtocolBug,
    Query,
    ReadyTask,
)
from monitor.providers.dataforseo import codes
from monitor.providers.dataforseo.envelope import NAME, Task, only_task, tasks_of
from monitor.providers.dataforseo.parse import answer_of
from monitor.providers.http import Reply, Wire
from monitor.providers.reading import dollars, record, text, whole

BASE = "/v3/serp/google/search_by_image"
MAX_TASKS = 100  # of one POST
PAGE_ROWS = 1000  # of one page of id_list
MAX_PAGES = 1000

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Of each group exactly one field may be sent; the first that is set wins.
_ONE_OF = (
    ("location_code", "location_name", "location_coordinate"),
    ("language_code", "language_name"),
    ("se_domain",),
    ("search_param",),
    ("max_crawl_pages",),
)


class DataForSEO:
    """One account at one address (the service, its sandbox or the simulator); use it as a context manager."""

    def __init__(
        self, login: str, password: str, url: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        pair = base64.b64encode(f"{login}:{password}".encode()).decode()
        self._wire = Wire(NAME, url, {"Authorization": f"Basic {pair}"}, transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the kept connections."""
        self._wire.close()

    def post(self, queries: Sequence[Query]) -> list[Posted]:
        """Buy a task per query (at most 100) in one call, never repeated; results in the queries' order."""
        if len(queries) > MAX_TASKS:
            raise ValueError(f"At most {MAX_TASKS} searches can be posted at a time.")
        if not queries:
            return []
        reply = self._wire.post(f"{BASE}/task_post", [_fields(query) for query in queries], paid=True)
        return _matched(queries, tasks_of(reply, paid=True))

    def ready(self) -> list[ReadyTask]:
        """Finished tasks not collected yet, at most 1000: a hint, with other software's tasks among them."""
        rows = _rows(self._wire.get(f"{BASE}/tasks_ready"))
        pairs = ((text(row.get("tag"), 255), text(row.get("id"), 64)) for row in rows)
        return [ReadyTask(tag=tag, remote_id=remote_id) for tag, remote_id in pairs if is_id(remote_id)]

    def collect(self, remote_id: str) -> Collected:
        """The answer of an accepted task, free for 30 days; `answer` is None while the task is pending."""
        if not is_id(remote_id):
            raise ProtocolBug("This is no id of a DataForSEO task.")
        reply = self._wire.get(f"{BASE}/task_get/advanced/{remote_id}")
        task = only_task(tasks_of(reply, paid=False))
        return Collected(body=reply.body, answer=answer_of(task))

    def find_tasks(self, since: datetime, until: datetime) -> Iterator[KnownTask]:
        """The account's tagged tasks posted between two moments (with time zones), oldest first.

        Tags are listed for a month. Other software's tasks are among them; fresh ones may still be missing.
        """
        for page in range(MAX_PAGES):
            rows = self._list(since, until, page * PAGE_ROWS)
            yield from (known for row in rows if (known := _known(row)))
            if len(rows) < PAGE_ROWS:
                return

    def _list(self, since: datetime, until: datetime, offset: int) -> Sequence[dict[str, object]]:
        question = {
            "datetime_from": _wire_time(since),
            "datetime_to": _wire_time(until),
            "limit": PAGE_ROWS,
            "offset": offset,
            "sort": "asc",
            "include_metadata": True,
        }
        return _rows(self._wire.post("/v3/serp/id_list", [question], paid=False))


def is_id(remote_id: str) -> bool:
    """Whether this has the form of a task id, so that an address may be built with it."""
    return bool(_ID.fullmatch(remote_id))


def _rows(reply: Reply) -> Sequence[dict[str, object]]:
    """The rows of a list, which may be null when there are none."""
    task = only_task(tasks_of(reply, paid=False))
    if codes.meaning_of(task.code) not in (codes.Meaning.OK, codes.Meaning.EMPTY):
        raise codes.failure(task.code, task.told)
    return task.result


def _fields(query: Query) -> dict[str, object]:
    """Only documented fields that are set: unknown ones are refused (40506), empty ones mean something."""
    fields: dict[str, object] = {"image_url": query.image_url, "tag": query.tag}
    fields["priority"] = 2 if query.priority == "high" else 1
    for names in _ONE_OF:
        chosen = next((name for name in names if query.settings.get(name) not in (None, "")), None)
        if chosen:
            fields[chosen] = query.settings[chosen]
    return fields


def _matched(queries: Sequence[Query], tasks: Sequence[Task]) -> list[Posted]:
    """The tasks' order is not documented: the tag decides, the place only for a task without one."""
    # Sorted, so that of two with one tag the accepted one, which costs money, is taken.
    tagged = {
        task.tag: task for task in sorted(tasks, key=lambda task: task.code == codes.CREATED) if task.tag
    }
    untagged = [None if task.tag else task for task in tasks]
    if len(tasks) != len(queries):
        untagged = [None] * len(queries)
    return [
        _posted(query.tag, tagged.get(query.tag) or by_place)
        for query, by_place in zip(queries, untagged, strict=True)
    ]


def _posted(tag: str, task: Task | None) -> Posted:
    if task is None:
        return Posted(tag=tag, error=_unknown("did not say what became of this search"))
    if task.code != codes.CREATED:  # an id alone does not mean that it was accepted
        error = codes.refusal(task.code, task.told)
        if task.cost:
            error.billed = "yes"
        return Posted(tag=tag, cost=task.cost, error=error)
    if not is_id(task.remote_id):
        return Posted(tag=tag, cost=task.cost, error=_unknown("accepted this search without a usable id"))
    return Posted(tag=tag, remote_id=task.remote_id, cost=task.cost)


def _unknown(what: str) -> OutcomeUnknown:
    return OutcomeUnknown(f"{NAME} {what}.", billed="possibly")


def _known(row: dict[str, object]) -> KnownTask | None:
    remote_id, tag = text(row.get("id"), 64), text(record(row.get("metadata")).get("tag"), 255)
    if not tag or not is_id(remote_id):
        return None
    status = whole(row.get("status")) or 0  # "20000", a string, in the documentation's sample
    return KnownTask(tag=tag, remote_id=remote_id, cost=dollars(row.get("cost")), status_code=status)


def _wire_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S +00:00")
