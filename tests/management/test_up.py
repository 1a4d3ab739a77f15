"""What stops `manage.py up` before it starts anything: one sentence each, and nothing is harmed."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.embedded.lock import take_lock
from monitor.embedded.processes import MARK, spawn
from monitor.env.reading import CHECKOUT


def up(data_dir: Path, **variables: str) -> str:
    """Run the command, which must refuse; what it said."""
    environ = dict(os.environ) | {"DATA_DIR": str(data_dir), "SECRET_KEY": "", "DATABASE_URL": ""} | variables
    argv = [sys.executable, "manage.py", "up"]
    result = subprocess.run(
        argv, env=environ, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 1
    assert result.stdout in ("", "Database: the server of DATABASE_URL\n")
    return result.stderr.strip()


def test_it_refuses_a_taken_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        said = up(tmp_path, PORT=str(port))
    assert said == (
        f"Whereabouts cannot start: port {port} is in use by another program. "
        "Stop that one, or set PORT to another number."
    )


def test_it_refuses_a_second_start_and_leaves_the_first_alone(tmp_path: Path) -> None:
    environ = dict(os.environ) | {MARK: f"{tmp_path}#work"}
    with take_lock(tmp_path), (tmp_path / "log").open("wb") as log:
        argv = [sys.executable, "-c", "import time; time.sleep(600)"]
        child = spawn(argv, environ=environ, cwd=tmp_path, output=log)
        said = up(tmp_path)
        assert child.poll() is None
        child.kill()
        child.wait()
    assert said.startswith(
        f"Whereabouts cannot start: it already runs on DATA_DIR {tmp_path} (process {os.getpid()})"
    )


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (
            {"DATABASE_URL": "mysql://h/d", "SECRET_KEY": "k" * 50},
            "DATABASE_URL must look like postgresql://",
        ),
        ({"PORT": "eighty"}, "PORT must be a whole number from 1 to 65535, not 'eighty'."),
        (
            {"HOST": "no-such-host.invalid"},
            "HOST 'no-such-host.invalid' is not the name or address of this machine.",
        ),
    ],
)
def test_it_refuses_a_bad_value(tmp_path: Path, variables: dict[str, str], sentence: str) -> None:
    said = up(tmp_path, **variables)
    assert said.startswith(f"Whereabouts cannot start: {sentence}")
    assert "\n" not in said


def test_it_refuses_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = up(tmp_path / "file")
    assert said.startswith("Whereabouts cannot start:")
    assert "cannot be" in said and str(tmp_path / "file") in said and "\n" not in said


def test_it_says_when_the_server_of_a_database_url_is_not_there(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"postgresql://me@127.0.0.1:{port}/whereabouts"
    said = up(tmp_path, PORT=str(port), DATABASE_URL=url, SECRET_KEY="k" * 50)
    assert said.startswith("Whereabouts cannot start: migrate failed.")
    assert "CommandError: The database cannot be reached: connection" in said
    assert "Traceback" not in said


def test_it_refuses_a_cluster_of_an_old_version(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("16\n")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    said = up(tmp_path, PORT=str(port))
    assert "was made by PostgreSQL 16, and this is PostgreSQL 18." in said
    assert "\n" not in said
