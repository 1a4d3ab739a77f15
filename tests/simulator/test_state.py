"""What survives: everything that was answered, even when the process is killed."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from monitor.providers.base import Query
from monitor.providers.dataforseo import DataForSEO
from monitor.providers.yandex import Yandex
from monitor.simulator.control import Control
from monitor.simulator.server import serve
from monitor.simulator.state import State
from monitor.simulator.tasks import Tasks
from tests.simulator.asking import google_query
from tests.simulator.conftest import START
from tests.simulator.hosting import Host

SERVE = """
import sys, time
from pathlib import Path
from monitor.simulator.server import serve
print(serve(state=Path(sys.argv[1])).url, flush=True)
time.sleep(60)
"""


@contextmanager
def clients(url: str) -> Iterator[tuple[DataForSEO, Yandex]]:
    dataforseo = DataForSEO(login="simulator", password="simulator", url=url)
    with closing(dataforseo), closing(Yandex(url, "simulator", "sim-ok")) as yandex:
        yield dataforseo, yandex


def test_it_survives_being_killed(tmp_path: Path, host: Host, picture: bytes) -> None:
    state = tmp_path / "simulator.sqlite3"
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(state)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process, Control(url := process.stdout.readline().strip()) as control:
        control.set_clock(START)
        control.set_faults([{"match": {"tag": "t9"}, "do": "http 503", "times": 2}])
        with clients(url) as (dataforseo, yandex):
            (posted,) = dataforseo.post([google_query(f"{host.url}/i/one.jpg")])
            found = yandex.search(Query(tag="y", settings={}, image=picture)).answer
        before = control.ledger()
        process.send_signal(signal.SIGKILL)
        process.wait()
    with serve(state=state) as server, Control(server.url) as control:
        assert control.ledger() == before
        control.advance(30)
        with clients(server.url) as (dataforseo, yandex):
            assert [task.remote_id for task in dataforseo.ready()] == [posted.remote_id]
            assert dataforseo.collect(posted.remote_id).answer
            assert found is not None
            again = yandex.search(Query(tag="z", settings={}, cbir_id=found.cbir_id)).answer
            assert again == found
            with pytest.raises(Exception, match="503"):
                dataforseo.post([google_query(f"{host.url}/i/one.jpg", "t9")])


def test_it_undoes_a_transaction_that_fails() -> None:
    state = State()
    with pytest.raises(ZeroDivisionError), state.transaction():
        state.run("INSERT INTO charge (tag, amount) VALUES ('a', 1)")
        raise ZeroDivisionError
    assert state.rows("SELECT * FROM charge") == []
    with state.transaction():
        state.run("INSERT INTO charge (tag, amount) VALUES ('b', 1)")
    assert [row["tag"] for row in state.rows("SELECT tag FROM charge")] == ["b"]


VERSION_0 = """
CREATE TABLE task (
    id TEXT PRIMARY KEY, tag TEXT NOT NULL, fields TEXT NOT NULL, cost REAL NOT NULL, code INTEGER NOT NULL,
    posted_at REAL NOT NULL, done_at REAL NOT NULL, world_at REAL NOT NULL,
    is_lost INTEGER NOT NULL DEFAULT 0, is_collected INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX task_posted ON task (posted_at);
CREATE INDEX task_waiting ON task (done_at) WHERE NOT is_collected;
CREATE TABLE cbir (id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, world_at REAL NOT NULL);
CREATE TABLE script (
    id INTEGER PRIMARY KEY, line TEXT NOT NULL, passes_left INTEGER NOT NULL, times_left INTEGER NOT NULL
);
INSERT INTO task VALUES ('open', 'a', '{"tag": "a"}', 0.0006, 20000, 100, 120, 100, 0, 0);
INSERT INTO task VALUES ('taken', 'b', '{"tag": "b"}', 0.0006, 20000, 100, 120, 100, 0, 1);
INSERT INTO cbir VALUES ('1/a', 'f', 100);
"""


def test_it_reads_the_file_of_an_earlier_version(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.executescript(VERSION_0)
    connection.close()
    for _ in range(2):
        state = State(path)
        tasks = Tasks(state)
        assert [task.id for task in tasks.ready(200)] == ["open"]
        assert tasks.count() == 2
        listed = tasks.posted(50, 150, now=200, limit=9, offset=0, newest_first=True)
        assert [task.tag for task in listed] == ["a", "b"]
        assert [row["id"] for row in state.rows("SELECT id FROM cbir WHERE made_at = 0")] == ["1/a"]
        state.close()
