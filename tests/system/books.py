"""What a running application has in its database, and what its simulator has charged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx
import psycopg

from monitor.env.files import DATABASE_NAME, PASSWORD_FILE, SOCKET_PORT, socket_dir
from monitor.providers.yandex.client import request_id
from monitor.simulator.control import Control
from tests.system.running import App

OPEN = "('planned', 'held', 'asking', 'waiting')"
# The demo's own past is no part of the test.
MINE = "search_id IN (SELECT id FROM monitor_search WHERE run_id = ANY(%s))"
TASKS = f"SELECT search_id, provider, page, tag, state, billed, cost FROM monitor_providertask WHERE {MINE}"
SEARCHES = "SELECT id, run_id, target_id, state, error, item_ids FROM monitor_search WHERE run_id = ANY(%s)"
TWICE = """SELECT watched_image_id, page_url, count(*) FROM monitor_match
           GROUP BY watched_image_id, page_url HAVING count(*) > 1"""


def charged_as(provider: str, tag: str) -> str:
    """The name under which the provider charges a call."""
    return request_id(tag) if provider == "yandex" else tag


@dataclass(frozen=True, kw_only=True)
class Task:
    """A paid call as it was written down, in USD."""

    search: int
    provider: str
    page: int
    tag: str
    state: str
    billed: str
    cost: float


@dataclass(frozen=True, kw_only=True)
class Search:
    """A search and its answer."""

    id: int
    run: int
    target: int
    state: str
    error: str
    items: Sequence[int]


class Books:
    """Each question opens a connection of its own: the server may have been killed since the last one."""

    def __init__(self, app: App) -> None:
        self._data_dir = app.data_dir
        port = (app.data_dir / "simulator-port").read_text().strip()
        self.simulator_url = f"http://127.0.0.1:{port}"
        self.control = Control(self.simulator_url)

    def is_simulator_there(self) -> bool:
        """It answers: a process that was just started again may not listen yet."""
        try:
            self.control.ledger()
        except httpx.HTTPError:
            return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.control.__exit__(kind, error, trace)

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """Raises psycopg.OperationalError while there is no server."""
        with self._connect() as connection:
            return connection.execute(sql.encode(), values).fetchall()

    def run(self, statements: Sequence[str], **values: object) -> None:
        """Each in a transaction of its own; raises psycopg.OperationalError while there is no server."""
        with self._connect() as connection:
            connection.autocommit = True
            for sql in statements:
                connection.execute(sql.encode(), values)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(socket_dir(self._data_dir)),
            port=SOCKET_PORT,
            user=DATABASE_NAME,
            dbname=DATABASE_NAME,
            password=(self._data_dir / PASSWORD_FILE).read_text().strip(),
        )

    def newest_run(self, image: int) -> int:
        """Of an image."""
        sql = "SELECT max(run_id) FROM monitor_search WHERE watched_image_id = %s"
        return int(str(self.rows(sql, image)[0][0]))

    def n_open(self) -> int:
        """Searches of all runs that have not ended."""
        sql = f"SELECT count(*) FROM monitor_search WHERE state IN {OPEN}"  # a constant
        return int(str(self.rows(sql)[0][0]))

    def searches(self, runs: Sequence[int]) -> list[Search]:
        """Of these runs."""
        names = ("id", "run", "target", "state", "error", "items")
        return [Search(**dict(zip(names, row, strict=True))) for row in self.rows(SEARCHES, [*runs])]  # type: ignore[arg-type]  # as the columns are declared

    def tasks(self, runs: Sequence[int]) -> list[Task]:
        """Of these runs."""
        names = ("search", "provider", "page", "tag", "state", "billed", "cost")
        return [Task(**dict(zip(names, row, strict=True))) for row in self.rows(TASKS, [*runs])]  # type: ignore[arg-type]  # as the columns are declared

    def charges(self) -> Mapping[str, Sequence[float]]:
        """What the simulator charged, by tag."""
        charges: dict[str, list[float]] = self.control.ledger()["charges"]
        return charges

    def is_being_asked(self, run: int) -> bool:
        """A call is charged already, and its answer is not there yet."""
        sent = [charged_as(task.provider, task.tag) for task in self.tasks([run]) if task.state == "posting"]
        return bool({*sent} & {*self.charges()})
