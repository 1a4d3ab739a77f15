"""The steps of `manage.py up`, in their order: each says one line, a failed one stops the start with a sentence."""

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from subprocess import Popen
from typing import IO, TextIO

from monitor.embedded import logs
from monitor.embedded.cluster import check_data_dir
from monitor.embedded.errors import EmbeddedError
from monitor.embedded.lock import take_lock
from monitor.embedded.ports import answers, check_port, listens, remembered_port
from monitor.embedded.postgres import FAST_STOP, Postgres
from monitor.embedded.processes import MARK, end, marked, spawn
from monitor.embedded.services import Service
from monitor.embedded.supervisor import GRACE, Supervisor
from monitor.env import Env
from monitor.env.demo import is_demo_removed
from monitor.env.files import keep
from monitor.env.reading import CHECKOUT, EVERY_INTERFACE

DATABASE, HELPER, SERVING = 0, 1, 2
DEMO_EMAIL = "demo@example.com"
READY_SECONDS, ERRAND_SECONDS = 90.0, 900.0
TOO_MANY_FAILURES = 2
TRIM_SECONDS = 60.0


class Startup:
    """One start of everything under one supervisor."""

    def __init__(self, env: Env, say: Callable[[str], None]) -> None:
        self.env = env
        self.say = say
        self.supervisor = Supervisor()
        self.postgres = None if env.database_url else Postgres(env.data_dir)
        self.mark = f"{env.data_dir}#"
        self.logs = env.data_dir / "logs"
        self.environ = dict(os.environ) | {"PYTHONUNBUFFERED": "1"}
        self.began = time.monotonic()
        self.next_trim = 0.0
        self.lock: TextIO | None = None

    @property
    def has_demo(self) -> bool:
        """The demo account exists: nothing real is set up, nobody else can reach the app, and nobody removed it."""
        is_open = self.env.wants_simulator and self.env.is_loopback
        return is_open and not is_demo_removed(self.env.data_dir)

    def run(self) -> None:
        """Everything from the first check to the address."""
        check_data_dir(self.env.data_dir)
        self.lock = take_lock(self.env.data_dir)
        self._end_survivors()
        check_port(self.env.host, self.env.port)
        self.supervisor.listen()
        self._database()
        self._errand("migrate", "--verbosity=0", "--no-input")
        self.say("Tables ready")
        if self.env.wants_simulator:
            self._simulator()
        self._web()
        if self.has_demo:
            self._demo()
        self._serve("work", SERVING)
        self.say("Workers started")
        self._welcome()

    def keep_running(self) -> None:
        """Until somebody stops us."""
        self.supervisor.forever(self._trim_logs)

    def stop(self) -> None:
        """End every child, and whatever one of them may have left behind; nothing of a start that is not ours."""
        if self.lock is None:
            return
        self.supervisor.stop()
        end(marked(self.mark), grace=0.0)
        if self.postgres:
            self.postgres.stop()

    def _end_survivors(self) -> None:
        """What an earlier `up` left behind when it was killed: our lock proves that it is gone."""
        if survivors := marked(self.mark):
            self.say("Ending what an earlier start left running")
            end(survivors, GRACE)
        if self.postgres and self.postgres.is_running():
            self.postgres.stop()

    def _database(self) -> None:
        postgres = self.postgres
        if postgres is None:
            self.say("Database: the server of DATABASE_URL")
            return
        service = Service(
            name="postgres",
            launch=postgres.launch,
            say=self.say,
            log=postgres.log,
            stage=DATABASE,
            stop_signal=FAST_STOP,
            process=postgres.launch(),
            started_at=time.monotonic(),
        )
        self.supervisor.services.append(service)
        postgres.wait_until_ready(300.0, lambda: self.supervisor.stop_requests > 0)
        self.say("Database ready")

    def _simulator(self) -> None:
        port = remembered_port(self.env.data_dir / "simulator-port")
        self.environ["SIMULATOR_URL"] = f"http://127.0.0.1:{port}"
        state = self.env.data_dir / "simulator.sqlite3"
        service = self._serve("simulator", HELPER, f"--port={port}", f"--state={state}", "--restless")
        self._await(service, lambda: listens("127.0.0.1", port))
        self.say("Provider simulator ready")

    def _web(self) -> None:
        host = self.env.host
        local = "127.0.0.1" if host in EVERY_INTERFACE else host
        name = next((name for name in self.env.allowed_hosts if not name.startswith(("*", "."))), "localhost")
        service = self._serve("web", SERVING)
        self._await(service, lambda: answers(local, self.env.port, "/health/", name))
        self.say("Web ready")

    def _demo(self) -> None:
        fresh = secrets.token_urlsafe(9)
        self.password = self.env.demo_password or keep(self.env.data_dir / "demo-password", fresh)
        self.environ["DEMO_PASSWORD"] = self.password
        self._errand("demo", "--if-missing")
        self.say("Demo workspace ready")

    def _welcome(self) -> None:
        host = f"[{self.env.host}]" if ":" in self.env.host else self.env.host
        link = "" if self.has_demo else self._first_owner_link()
        self.say(f"\nWhereabouts runs at {self.env.public_url or f'http://{host}:{self.env.port}'}/")
        if self.has_demo:
            self.say(f"Sign in as {DEMO_EMAIL} with the password {self.password}")
        if link:
            self.say(f"Make the first account: {link}")
        self.say(f"Started in {time.monotonic() - self.began:.0f} s. Ctrl-C stops everything.")

    def _first_owner_link(self) -> str:
        with tempfile.TemporaryFile() as output:
            self._run("first_owner_link", lambda: self._spawn("first_owner_link", output=output))
            output.seek(0)
            return output.read().decode().strip()

    def _serve(self, name: str, stage: int, *options: str) -> Service:
        """Keep `manage.py <name>` running."""
        service = Service(
            name=name,
            launch=partial(self._spawn, name, *options),
            say=self.say,
            log=self.logs / f"{name}.log",
            mark=f"{self.mark}{name}",
            stage=stage,
        )
        self.supervisor.add(service)
        return service

    def _await(self, service: Service, is_ready: Callable[[], bool]) -> None:
        def is_settled() -> bool:
            return service.failures >= TOO_MANY_FAILURES or is_ready()

        if not self.supervisor.wait_for(is_settled, READY_SECONDS) or service.failures >= TOO_MANY_FAILURES:
            last_words = logs.tail(self.logs / f"{service.name}.log")
            raise EmbeddedError(f"{service.name} does not start. Its last words:\n{last_words}")

    def _errand(self, name: str, *options: str) -> None:
        """Run `manage.py <name>` to its end."""
        self._run(name, partial(self._spawn, name, *options))

    def _run(self, name: str, launch: Callable[[], Popen[bytes]]) -> None:
        log = self.logs / f"{name}.log"
        start = log.stat().st_size if log.exists() else 0
        code = self.supervisor.run(launch, ERRAND_SECONDS)
        if code != 0:
            ending = "took too long" if code is None else "failed"
            raise EmbeddedError(f"{name} {ending}. Its last words:\n{logs.tail(log, start)}")

    def _spawn(self, name: str, *options: str, output: IO[bytes] | None = None) -> Popen[bytes]:
        environ = self.environ | {MARK: f"{self.mark}{name}"}
        argv = [sys.executable, f"{CHECKOUT}/manage.py", name, *options]
        with (self.logs / f"{name}.log").open("ab") as log:
            return spawn(argv, environ=environ, cwd=CHECKOUT, output=output or log, errors=log)

    def _trim_logs(self) -> None:
        if time.monotonic() >= self.next_trim:
            self.next_trim = time.monotonic() + TRIM_SECONDS
            logs.trim(self.logs)
