"""Engines for the pipeline's tests: the real clients with a scripted wire behind them."""

import json
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest
from django.db import connection
from pytest_django import Settings

from monitor.pipeline import engines
from monitor.providers.dataforseo import DataForSEO
from monitor.providers.yandex import Yandex

PATIENCE = 20.0

Handler = Callable[[httpx.Request], httpx.Response]


class Beside:
    """Runs `work` in a thread with a connection of its own; `join` raises what it raised."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.error: BaseException | None = None
        self._work = work
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001  # handed to the test
            self.error = error
        finally:
            connection.close()

    def is_waiting(self, seconds: float = 0.5) -> bool:
        self._thread.join(seconds)
        return self._thread.is_alive()

    def join(self) -> None:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        if self.error:
            raise self.error


class Google:
    """DataForSEO as far as the pipeline uses it, in memory; faults are set by the tests."""

    def __init__(self) -> None:
        self.tasks: dict[str, dict[str, Any]] = {}
        self.posts = 0
        self.lose_answer = False
        self.refuse: tuple[int, str] | None = None
        self.http_status = 200
        self.answer: dict[str, Any] | None = None
        self.hides = False
        self.balance = "50"
        self.listed_code = 20100
        self.never: set[str] = set()
        self.failed: dict[str, dict[str, Any]] = {}
        self.refuse_each: dict[int, tuple[int, str]] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if self.http_status != 200:
            return httpx.Response(self.http_status, json=envelope(40100, "No.", None))
        if path.endswith("/task_post"):
            return self._post(json.loads(request.content))
        if "/task_get/advanced/" in path:
            return self._get(path.rpartition("/")[2])
        if path.endswith("/user_data"):
            return ok(20000, result=[{"money": {"balance": float(self.balance)}}])
        rows = [] if self.hides else [self._row(task_id) for task_id in self.tasks]
        return ok(20000, result=rows)

    def _post(self, queries: list[dict[str, Any]]) -> httpx.Response:
        self.posts += 1
        if self.refuse:
            code, text = self.refuse
            return httpx.Response(
                200, json={**envelope(20000, "Ok.", [task(code, text, data=q) for q in queries])}
            )
        made = []
        for query in queries:
            if refusal := self.refuse_each.get(int(query["tag"].split(".")[1])):
                made.append(task(*refusal, data=query))
                continue
            task_id = f"11210435-1535-0066-0000-{len(self.tasks):012x}"
            self.tasks[task_id] = query
            made.append(task(20100, "Task Created.", task_id=task_id, cost=0.0006, data=query))
        if self.lose_answer:
            raise httpx.ReadTimeout("lost")
        return httpx.Response(200, json=envelope(20000, "Ok.", made))

    def _get(self, task_id: str) -> httpx.Response:
        if task_id not in self.tasks:
            return ok(40401, "Task Not Found.")
        if task_id in self.failed:
            return httpx.Response(200, json=envelope(20000, "Ok.", [self.failed[task_id]]))
        if self.answer is None or task_id in self.never:
            return ok(40602, "Task In Queue.", task_id=task_id)
        return httpx.Response(200, json=envelope(20000, "Ok.", [{**self.answer, "id": task_id}]))

    def _row(self, task_id: str) -> dict[str, Any]:
        data = self.tasks[task_id]
        cost = 0.0006 if self.listed_code == 20100 else 0
        return {
            "id": task_id,
            "status": str(self.listed_code),
            "cost": cost,
            "metadata": data,
            "tag": data["tag"],
        }

    def will_answer(self, *pages: str) -> None:
        """From now on each task is finished, with these pages."""
        items = [
            {
                "type": "organic",
                "rank_group": n,
                "rank_absolute": n,
                "title": f"Page {n}",
                "url": url,
                "domain": "x",
            }
            for n, url in enumerate(pages, 1)
        ]
        self.answer = task(20000, "Ok.", result=[{"items": items, "items_count": len(items)}])

    def will_fail_once(self, code: int, text: str) -> None:
        """The tasks that are there stay failed; those that come are answered."""
        self.failed = dict.fromkeys(self.tasks, task(code, text))

    def will_fail(self, code: int, text: str) -> None:
        self.answer = task(code, text)


class Pages:
    """Yandex: pages of results by number; `script` may answer a call in their place, once each."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.pages: list[list[str]] = []
        self.script: list[httpx.Response | Exception] = []
        self.watcher: Callable[[httpx.Request], None] = lambda request: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.watcher(request)
        query = json.loads(request.content)
        self.calls.append(query)
        if self.script:
            step = self.script.pop(0)
            if isinstance(step, Exception):
                raise step
            return step
        number = int(query.get("page", 0))
        urls = self.pages[number] if number < len(self.pages) else []
        images = [{"url": f"{url}.jpg", "pageUrl": url, "pageTitle": f"At {url}"} for url in urls]
        return httpx.Response(200, json={"id": "123/abc", "images": images, "page": str(number)})


def task(code: int, text: str, *, task_id: str = "", **fields: Any) -> dict[str, Any]:
    return {"id": task_id, "status_code": code, "status_message": text, "cost": 0, "result": None, **fields}


def envelope(code: int, text: str, tasks: list[dict[str, Any]] | None) -> dict[str, Any]:
    return {"status_code": code, "status_message": text, "cost": 0, "tasks_count": 1, "tasks": tasks}


def ok(code: int, text: str = "Ok.", **fields: Any) -> httpx.Response:
    return httpx.Response(200, json=envelope(20000, "Ok.", [task(code, text, **fields)]))


@pytest.fixture
def accounts(settings: Settings) -> None:
    settings.HAS_DATAFORSEO = settings.HAS_YANDEX = True
    settings.PUBLIC_URL = "https://whereabouts.example.com"


@pytest.fixture
def google(accounts: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    wire = Google()
    transport = httpx.MockTransport(wire)
    client = DataForSEO(login="l", password="p", url="https://api.test", transport=transport)
    monkeypatch.setattr(engines, "dataforseo", lambda *, is_simulated: client)
    yield wire
    client.close()


@pytest.fixture
def yandex(accounts: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    wire = Pages()
    client = Yandex(url="https://api.test", folder_id="f", api_key="k", transport=httpx.MockTransport(wire))
    monkeypatch.setattr(engines, "yandex", lambda *, is_simulated: client)
    yield wire
    client.close()


def usd(text: str) -> Decimal:
    return Decimal(text)
