"""The embedded server, for real: starting, crashing, refusing."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from monitor.embedded import cluster as clusters
from monitor.embedded.errors import EmbeddedError
from monitor.embedded.postgres import Postgres
from monitor.embedded.processes import wait_gone
from monitor.env import database_settings, read_env


def connect(data_dir: Path) -> psycopg.Connection:
    """A connection as the app makes it."""
    settings = database_settings(read_env({"DATA_DIR": str(data_dir)}))
    words = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "NAME": "dbname"}
    given = {word: str(settings[name]) for name, word in words.items()}
    return psycopg.connect("", **given, autocommit=True)  # type: ignore[arg-type]  # words are not typed


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cluster for the tests of this file."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def server(data_dir: Path) -> Iterator[Postgres]:
    """Started, and stopped whatever happened."""
    postgres = Postgres(data_dir)
    postgres.start()
    yield postgres
    postgres.stop()


def test_it_serves_unicode_to_its_owner_alone(server: Postgres, data_dir: Path) -> None:
    with connect(data_dir) as connection:
        row = connection.execute("SELECT lower('Ж'), current_database(), current_setting('listen_addresses')")
        assert row.fetchone() == ("ж", "whereabouts", "")
    (data_dir / "postgres-password").rename(data_dir / "aside")
    with pytest.raises(psycopg.OperationalError, match="password"):
        connect(data_dir)
    (data_dir / "aside").rename(data_dir / "postgres-password")


def test_it_never_runs_as_root(server: Postgres) -> None:
    assert server.pid
    owner = server.cluster.stat()
    assert Path(f"/proc/{server.pid}").stat().st_uid == owner.st_uid != 0
    assert owner.st_mode & 0o777 == 0o700


def test_it_refuses_a_second_server(server: Postgres, data_dir: Path) -> None:
    with pytest.raises(EmbeddedError, match=f"already running on {server.cluster}"):
        Postgres(data_dir).start()
    assert server.is_running()


def test_it_stops_while_a_client_is_busy(server: Postgres, data_dir: Path) -> None:
    with connect(data_dir):
        server.stop()
        assert not server.is_running()
        assert clusters.server_processes(server.cluster) == []


def test_another_process_can_stop_it(server: Postgres, data_dir: Path) -> None:
    Postgres(data_dir).stop()
    assert not server.is_running()


def test_it_keeps_every_row_over_a_kill(server: Postgres, data_dir: Path) -> None:
    with connect(data_dir) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)
    assert server._process and server._process.wait() == -signal.SIGKILL
    assert not server.is_running()
    server.start()
    with connect(data_dir) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_it_ends_backends_that_outlive_a_kill(server: Postgres, data_dir: Path) -> None:
    """A stopped backend cannot notice that its postmaster died; it still holds the shared memory."""
    with connect(data_dir) as connection:
        backend = connection.info.backend_pid
        os.kill(backend, signal.SIGSTOP)
        assert server.pid and server._process
        os.kill(server.pid, signal.SIGKILL)
        server._process.wait()
        assert backend in clusters.server_processes(server.cluster)
        server.start()
        assert wait_gone([backend], 0.0)
    with connect(data_dir) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_it_is_not_fooled_by_a_reused_process_number(server: Postgres, data_dir: Path) -> None:
    server.stop()
    (server.cluster / "postmaster.pid").write_text(f"{os.getppid()}\n{server.cluster}\n")
    assert not server.is_running()
    server.start()
    assert server.is_running()


def test_it_makes_a_dropped_database_again(server: Postgres, data_dir: Path) -> None:
    settings = {"host": server.cluster, "user": "whereabouts", "password": clusters.password(data_dir)}
    with psycopg.connect("", dbname="postgres", autocommit=True, **settings) as connection:  # type: ignore[arg-type]  # words
        connection.execute("DROP DATABASE whereabouts WITH (FORCE)")
    server.stop()
    server.start()
    connect(data_dir).close()


def test_it_runs_below_a_folder_that_only_we_may_enter(tmp_path: Path) -> None:
    """As in /root: the server's own user has no way there. The path is too long for a socket as well."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    deep = private / ("d" * 100)
    postgres = Postgres(deep, durable=False)
    try:
        postgres.start()
        with connect(deep) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert private.stat().st_mode & 0o777 == 0o700
    finally:
        postgres.stop()
