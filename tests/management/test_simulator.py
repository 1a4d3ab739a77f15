"""`manage.py simulator` as a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from monitor.env.reading import CHECKOUT


def test_it_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "manage.py",
        "simulator",
        f"--state={tmp_path / 'state.sqlite3'}",
        "--restless",
    ]
    environ = os.environ | {"DATA_DIR": str(tmp_path)}
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().split()[-1]
        assert httpx.get(f"{url}_sim/ledger", trust_env=False).json()["tasks"] == 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr.read() == ""
    assert (tmp_path / "state.sqlite3").exists()
