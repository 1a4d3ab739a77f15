"""The calls to DataForSEO. Posting costs money; everything else is free and may be repeated."""

import base64
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import httpx

from monitor.providers.base import Collected, KnownTask, Posted, ProtocolBug, Query, ReadyTask, Rejected
from monitor.providers.dataforseo import codes, facts, rows, rules
from monitor.providers.dataforseo.envelope import NAME, only_task, tasks_of
from monitor.providers.dataforseo.parse import answer_of
from monitor.providers.dataforseo.posting import fields_of, is_id, matched
from monitor.providers.http import LISTS, Reply, Wire

BASE = "/v3/serp/google/search_by_image"
MAX_TASKS = 100  # of one POST, and of one request to send webhooks again
PAGE_ROWS = 1000  # of one page of id_list and of errors
ALL_PAGES = range(1000)


class DataForSEO:
    """One account at one address (the service, its sandbox or the simulator)."""

    def __init__(
        self, login: str, password: str, url: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        pair = base64.b64encode(f"{login}:{password}".encode()).decode()
        self._wire = Wire(NAME, url, {"Authorization": f"Basic {pair}"}, transport)

    def close(self) -> None:
        """Close the kept connections."""
        self._wire.close()

    def post(self, queries: Sequence[Query]) -> list[Posted]:
        """Buy a task per query (at most 100) in one call, never repeated; results in the queries' order.

        A query that breaks a documented rule is not sent: it is `Rejected` with the rule as its message.
        """
        if len(queries) > MAX_TASKS:
            raise ValueError(f"At most {MAX_TASKS} searches can be posted at a time.")
        flaws = {place: told for place, query in enumerate(queries) if (told := rules.flaw(query))}
        sound = [query for place, query in enumerate(queries) if place not in flaws]
        answered = iter(self._buy(sound))
        return [
            Posted(tag=query.tag, error=Rejected(flaws[place])) if place in flaws else next(answered)
            for place, query in enumerate(queries)
        ]

    def ready(self) -> list[ReadyTask]:
        """Finished tasks not collected yet, at most 1000: a hint, with other software's tasks among them."""
        return rows.ready_tasks(_rows(self._wire.get(f"{BASE}/tasks_ready")))

    def fixed(self) -> list[ReadyTask]:
        """Tasks whose answers the provider has read anew; collect ours once more."""
        return rows.ready_tasks(_rows(self._wire.get(f"{BASE}/tasks_fixed")))

    def collect(self, remote_id: str) -> Collected:
        """The answer of an accepted task, free for 30 days; `answer` is None while the task is pending."""
        if not is_id(remote_id):
            raise ProtocolBug("This is no id of a DataForSEO task.")
        reply = self._wire.get(f"{BASE}/task_get/advanced/{remote_id}")
        task = only_task(tasks_of(reply, paid=False))
        return Collected(body=reply.body, answer=answer_of(task))

    def find_tasks(
        self, since: datetime, until: datetime, pages: Iterable[int] = ALL_PAGES
    ) -> Iterator[KnownTask]:
        """The account's tagged tasks posted between two moments (with time zones), oldest first.

        Tags are listed for a month. Other software's tasks are among them; fresh ones may still be missing. Each
        page (from 0) is a call; the next of `pages` is asked for only when there is more to read.
        """
        question = {"sort": "asc", "include_metadata": True}
        for page in self._pages("/v3/serp/id_list", since, until, question, pages):
            yield from rows.known_tasks(page)

    def errors(
        self, since: datetime, until: datetime, pages: Iterable[int] = ALL_PAGES
    ) -> Iterator[rows.FailedCall]:
        """Tasks and webhooks that failed between two moments of the last 7 days; pages as of `find_tasks`."""
        for page in self._pages("/v3/serp/errors", since, until, {}, pages):
            yield from rows.failed_calls(page)

    def resend(self, remote_ids: Sequence[str]) -> int:
        """Ask for the webhooks of at most 100 tasks again; returns how many the provider will send."""
        if len(remote_ids) > MAX_TASKS or not all(map(is_id, remote_ids)):
            raise ValueError(f"Webhooks are sent again for 1 to {MAX_TASKS} tasks, by their ids.")
        if not remote_ids:
            return 0
        payload = [{"id": remote_id} for remote_id in remote_ids]
        tasks = tasks_of(self._wire.post("/v3/appendix/webhook_resend", payload, paid=False), paid=False)
        first = only_task(tasks)
        sent = sum(task.code in (codes.OK, codes.CREATED) for task in tasks)
        if not sent:
            raise codes.failure(first.code, first.told)
        return sent

    def account(self) -> facts.AccountFacts:
        """The account's balance, prices and limits."""
        return facts.account_facts(_rows(self._wire.get("/v3/appendix/user_data")))

    def status(self) -> facts.ServiceStatus:
        """How the provider says it is doing."""
        return facts.service_status(_rows(self._wire.get("/v3/appendix/status")))

    def locations(self) -> list[rows.Place]:
        """The places that Google can be asked from, all 95,000 of them."""
        return rows.places(_rows(self._wire.get("/v3/serp/google/locations", LISTS)))

    def languages(self) -> list[rows.Language]:
        """The languages that Google can be asked in."""
        return rows.languages(_rows(self._wire.get("/v3/serp/google/languages")))

    def _buy(self, queries: Sequence[Query]) -> list[Posted]:
        if not queries:
            return []
        reply = self._wire.post(f"{BASE}/task_post", [fields_of(query) for query in queries], paid=True)
        return matched(queries, tasks_of(reply, paid=True))

    def _pages(
        self, path: str, since: datetime, until: datetime, question: dict[str, object], pages: Iterable[int]
    ) -> Iterator[Sequence[rows.Row]]:
        """A list that is read page by page until one is not full."""
        span = {"datetime_from": rows.wire_time(since), "datetime_to": rows.wire_time(until)}
        for page in pages:
            place = {"limit": PAGE_ROWS, "offset": page * PAGE_ROWS}
            found = _rows(self._wire.post(path, [{**span, **place, **question}], paid=False))
            yield found
            if len(found) < PAGE_ROWS:
                return


def _rows(reply: Reply) -> Sequence[rows.Row]:
    """The rows of a list, which may be null when there are none."""
    task = only_task(tasks_of(reply, paid=False))
    if codes.meaning_of(task.code) not in (codes.Meaning.OK, codes.Meaning.EMPTY):
        raise codes.failure(task.code, task.told)
    return task.result
