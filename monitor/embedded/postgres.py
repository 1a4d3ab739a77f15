"""The embedded PostgreSQL server: an own launcher over the programs of a wheel.

It listens on a unix socket inside its own folder and nowhere else. As root it steps down to another user, who
needs no way into the folders above: the server is started inside its cluster and finds it as "here".
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from monitor.embedded import cluster as clusters
from monitor.embedded.binaries import find_binaries, reachable
from monitor.embedded.errors import EmbeddedError
from monitor.embedded.processes import PROC, end, is_alive, kill_all, spawn, wait_gone
from monitor.env.files import DATABASE_NAME, SOCKET_NAME, SOCKET_PORT, socket_dir

FAST_STOP, IMMEDIATE_STOP = signal.SIGINT, signal.SIGQUIT
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
CREATE_DATABASE = f"""
SELECT 'CREATE DATABASE {DATABASE_NAME}' WHERE NOT EXISTS (
    SELECT FROM pg_database WHERE datname = '{DATABASE_NAME}') \\gexec
"""  # noqa: S608 - a constant


class Postgres:
    """One server over DATA_DIR/postgres; `durable=False` gives up safety for the speed of tests."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data_dir = data_dir
        self.cluster = data_dir / "postgres"
        self.log = data_dir / "logs" / "postgres.log"
        self.durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """The postmaster of this cluster, whoever started it; None when it does not run."""
        if self._process and self._process.poll() is None:
            return self._process.pid
        pid = self._noted_pid()
        return pid if pid and self._is_postmaster(pid) else None

    def is_running(self) -> bool:
        """A postmaster works on this cluster."""
        return self.pid is not None

    def start(self, timeout: float = 300.0) -> None:
        """Make the cluster when there is none, start the server, wait until it takes connections."""
        self.launch()
        self.wait_until_ready(timeout)

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server and return its process, without waiting for it."""
        binaries = find_binaries()
        clusters.check_data_dir(self.data_dir)
        user = clusters.server_user(self.cluster)
        usable = reachable(binaries, user)
        clusters.make_cluster(self.cluster, usable, user, durable=self.durable)
        clusters.check_cluster(self.cluster)
        self._clear_left_overs()
        folder = clusters.folder_argument(self.cluster, user)
        with self.log.open("ab") as output:
            self._log_start = output.tell()
            self._process = spawn(
                [usable["postgres"], "-D", folder, *self._options()],
                environ=clusters.server_environ(),
                cwd=self.cluster,
                output=output,
                death_signal=FAST_STOP,
                user=user,
            )
        self.keep_link()
        return self._process

    def wait_until_ready(self, timeout: float, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Return when connections are taken; the database is made when it is missing."""
        deadline = time.monotonic() + timeout
        while not self._is_ready():
            if should_stop():
                return
            if self._process is None or self._process.poll() is not None:
                raise EmbeddedError(
                    clusters.explain("PostgreSQL did not start", self._output(), self.data_dir)
                )
            if time.monotonic() > deadline:
                self.stop()
                raise EmbeddedError(f"PostgreSQL was not ready after {timeout:.0f} seconds; see {self.log}.")
            time.sleep(0.05)
        self._create_database()

    def stop(self, grace: float = 8.0) -> None:
        """Fast stop (open transactions roll back), then less and less gently; also for a server of others."""
        pid = self.pid
        for number, seconds in ((FAST_STOP, grace), (IMMEDIATE_STOP, 3.0), (signal.SIGKILL, 5.0)):
            if pid is None or not is_alive(pid):
                break
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            self._wait(pid, seconds)
        self._process = None
        end(clusters.server_processes(self.cluster), grace=2.0)

    def keep_link(self) -> None:
        """Lead clients to the socket when its own path is too long (see socket_dir); safe to repeat."""
        folder = socket_dir(self.data_dir)
        if folder == self.cluster:
            return
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
            raise EmbeddedError(
                f"{folder} belongs to somebody else: remove it, or choose a shorter DATA_DIR."
            )
        link = folder / SOCKET_NAME
        if not link.is_symlink():
            link.symlink_to(self.cluster / SOCKET_NAME)

    def _options(self) -> list[str]:
        settings = ["listen_addresses=", "unix_socket_directories=.", f"port={SOCKET_PORT}"]
        settings += [] if self.durable else CARELESS
        return [part for setting in settings for part in ("-c", setting)]

    def _clear_left_overs(self) -> None:
        """Refuse a second server; after a crash, wait for orphaned backends and end those that stay."""
        if self.is_running():
            raise EmbeddedError(f"PostgreSQL is already running on {self.cluster} (process {self.pid}).")
        orphans = clusters.server_processes(self.cluster)
        if not wait_gone(orphans, 2.0):
            kill_all(orphans)
        # The noted process is surely no server of ours, and after a restart of the machine its number may be
        # anybody's: PostgreSQL itself would then refuse to start.
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _noted_pid(self) -> int | None:
        note = self._note()
        return int(note[0]) if note and note[0].strip().isdigit() else None

    def _note(self) -> list[str]:
        with suppress(OSError):
            return (self.cluster / "postmaster.pid").read_text(errors="replace").splitlines()
        return []

    def _is_ready(self) -> bool:
        """What pg_ctl does: the last line of postmaster.pid says so."""
        note = self._note()
        is_own = self._process is not None and self._noted_pid() == self._process.pid
        return is_own and len(note) > 7 and note[7].strip() == "ready"

    def _is_postmaster(self, pid: int) -> bool:
        if not is_alive(pid):
            return False
        if PROC.is_dir():
            return pid in clusters.server_processes(self.cluster)
        name = subprocess.run(
            ["/bin/ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False
        )
        return Path(name.stdout.strip()).name == "postgres"

    def _wait(self, pid: int, seconds: float) -> None:
        if self._process and self._process.pid == pid:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        else:
            wait_gone([pid], seconds)

    def _output(self) -> str:
        with self.log.open("rb") as file:
            file.seek(self._log_start)
            return file.read().decode(errors="replace")

    def _create_database(self) -> None:
        """Through psql, so that this process never opens a connection of its own."""
        result = subprocess.run(
            [
                find_binaries()["psql"],
                "--no-psqlrc",
                "--no-password",
                "--set=ON_ERROR_STOP=1",
                f"--host={socket_dir(self.data_dir)}",
                f"--port={SOCKET_PORT}",
                f"--username={DATABASE_NAME}",
                "--dbname=postgres",
            ],
            input=CREATE_DATABASE,
            env=clusters.server_environ() | {"PGPASSWORD": clusters.password(self.data_dir)},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise EmbeddedError(
                clusters.explain("The database could not be made", result.stderr, self.data_dir)
            )
