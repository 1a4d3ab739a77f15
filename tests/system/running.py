"""The real `manage.py up` as a child process, in a data folder of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from monitor.embedded.processes import is_alive, kill_all
from monitor.env.reading import CHECKOUT
from tests.system.proc import command_of, family_of, users_of

EMAIL, PASSWORD = "demo@example.com", "a password for tests"
# It takes a minute; many when others keep the machine busy.
START_SECONDS = 600.0
# The supervisor's own limits add up to less.
STOP_SECONDS = 30.0


class App:
    """Everything, started; `url` has no slash at its end. `environ` are settings beside those of all tests."""

    def __init__(self, data_dir: Path, **environ: str) -> None:
        self.data_dir = data_dir
        self._more = environ
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._output = data_dir / "said"
        with self._output.open("wb") as output:
            argv = [sys.executable, "manage.py", "up"]
            self.process = subprocess.Popen(
                argv, env=self._environ(), cwd=CHECKOUT, stdout=output, stderr=subprocess.STDOUT
            )

    def _environ(self) -> dict[str, str]:
        """That of the tests has no settings in it: the embedded server and the simulator are used."""
        own = {"DATA_DIR": str(self.data_dir), "PORT": str(self.port), "DEMO_PASSWORD": PASSWORD}
        return (
            environ_for_child()
            | {"DATABASE_URL": "", "SECRET_KEY": "", "SIMULATOR": "auto"}
            | own
            | self._more
        )

    def said(self) -> str:
        """What it printed so far."""
        return self._output.read_text(errors="replace")

    def wait_started(self) -> None:
        """Until it says so; fails with its words when it ends or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while "Started in" not in self.said():
            assert self.process.poll() is None, f"It ended:\n{self.said()}"
            assert time.monotonic() < deadline, (
                f"It is not started after {START_SECONDS:.0f} s:\n{self.said()}"
            )
            time.sleep(0.1)

    def is_healthy(self) -> bool:
        """Web and database answer."""
        try:
            return httpx.get(f"{self.url}/health/", timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        """A signed-in person without a browser."""
        with httpx.Client(base_url=self.url, follow_redirects=True, timeout=60, trust_env=False) as client:
            client.get("/accounts/login/")
            answer = self.post(client, "/accounts/login/", login=EMAIL, password=PASSWORD)
            assert answer.url.path == "/", answer.text
            yield client

    def post(self, client: httpx.Client, path: str, **fields: str) -> httpx.Response:
        """Send a form as the page would."""
        token = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
        return client.post(path, data=fields | token, headers={"Referer": f"{self.url}/"})

    def interrupt(self) -> list[str]:
        """Ctrl-C; the commands of the processes that are still there afterwards, which are killed."""
        family = family_of(self.process.pid)
        self.process.send_signal(signal.SIGINT)
        until(lambda: self.process.poll() is not None, STOP_SECONDS)
        survivors = sorted({*family, *users_of(self.data_dir)})
        commands = [command_of(pid) or str(pid) for pid in survivors if is_alive(pid)]
        kill_all(survivors)
        self.process.wait()
        return commands


@contextmanager
def running_app() -> Iterator[App]:
    """Started as people start it; Ctrl-C leaves nothing behind."""
    data_dir = Path(tempfile.mkdtemp(prefix="whereabouts-up-"))
    app = App(data_dir)
    try:
        app.wait_started()
        yield app
    finally:
        survivors = app.interrupt()
        said = app.said()
        shutil.rmtree(data_dir, ignore_errors=True)
    assert not survivors, f"{survivors} is still there. It said:\n{said}"
    assert app.process.returncode == 0, said
    assert said.rstrip().endswith("Stopped."), said


def environ_for_child() -> dict[str, str]:
    """Our own environment without pytest's words, and without coverage's: measured, the app is three times as slow.

    What runs there is measured by the tests of its parts.
    """
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "PYTEST_"))
    }


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def until(is_so: Callable[[], bool], seconds: float, pause: float = 0.1) -> bool:
    """Whether it becomes so in time."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def first(pattern: str, text: str) -> str:
    """The first group of the first match, which has to be there."""
    found = re.search(pattern, text)
    assert found, f"{pattern} is not in:\n{text[:2000]}"
    return found[1]
