"""`manage.py demo`: when it makes one, when it leaves one alone, and when it takes one away."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as used
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User, Workspace
from monitor.env.demo import is_demo_removed
from monitor.management.demo import brand, making
from monitor.management.starting import Startup
from monitor.pipeline.pruning import demos
from tests.factories import make_user, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.ENV = replace(settings.ENV, data_dir=tmp_path)
    settings.DEMO_ALLOWED, settings.SIMULATOR_URL, settings.DEMO_PASSWORD = True, "", ""
    return tmp_path


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """With which simulator and password a demo was made; the making itself takes a minute."""
    seen: list[tuple[str, str]] = []

    def make(password: str) -> str:
        seen.append((used.SIMULATOR_URL, password))
        return "Much was looked at."

    monkeypatch.setattr(making, "make", make)
    yield seen


@pytest.fixture
def running(data_dir: Path) -> Iterator[str]:
    """An `up` that runs: its simulator listens, and its notes are in the data folder."""
    (data_dir / "demo-password").write_text("a password\n")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        (data_dir / "simulator-port").write_text(f"{port}\n")
        yield f"http://127.0.0.1:{port}"


def a_demo() -> Workspace:
    return make_workspace(make_user(brand.EMAIL), is_demo=True)


def test_it_finds_what_runs(made: list[tuple[str, str]], running: str) -> None:
    out = StringIO()
    call_command("demo", stdout=out)
    assert made == [(running, "a password")]
    assert out.getvalue() == "The demo is made. Sign in as demo@example.com.\nMuch was looked at.\n"


def test_it_makes_it_anew_after_a_removal_only_when_asked_to(
    made: list[tuple[str, str]], running: str
) -> None:
    a_demo()
    call_command("demo", "--if-missing")
    assert made == []
    call_command("demo")
    assert len(made) == 1


def test_one_that_was_removed_is_missing() -> None:
    a_demo()
    assert making.exists()
    demos.remove(timezone.now())
    assert not making.exists()


@pytest.mark.parametrize("lack", ["simulator", "door", "password"])
def test_it_says_what_it_lacks(
    made: list[tuple[str, str]], running: str, data_dir: Path, settings: Settings, lack: str
) -> None:
    if lack == "simulator":
        (data_dir / "simulator-port").unlink()
    elif lack == "password":
        (data_dir / "demo-password").unlink()
    else:
        settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError, match="DEMO_PASSWORD" if lack == "password" else "make up"):
        call_command("demo")
    assert made == []


def test_it_takes_it_away_at_once(data_dir: Path) -> None:
    a_demo()
    for words in ("The demo is removed.", "There is no demo to remove."):
        out = StringIO()
        call_command("demo", "--remove", stdout=out)
        assert out.getvalue() == f"{words}\n"
    assert not Workspace.objects.exists() and not User.objects.exists()
    assert is_demo_removed(data_dir)


def test_a_start_makes_none_that_was_removed(settings: Settings) -> None:
    startup = Startup(replace(settings.ENV, simulator="auto", host="127.0.0.1"), print)
    assert startup.has_demo
    demos.remove(timezone.now())
    assert not startup.has_demo
