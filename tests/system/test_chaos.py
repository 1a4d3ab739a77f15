"""A small storm over the whole app; the big ones are a benchmark, which this runs."""

import os
import subprocess
import sys

import pytest

from monitor.embedded.processes import PROC
from monitor.env.reading import CHECKOUT
from tests.system.running import environ_for_child

STORM = ["--searches=16", "--slots=2", "--kill-every=5", "--pace=60", "--judge"]
LONGEST = 900.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("app"),
    pytest.mark.skipif(not PROC.is_dir(), reason="needs /proc to see processes"),
    pytest.mark.skipif(os.environ.get("STORM") != "1", reason="takes two minutes: run it with STORM=1"),
]


def test_it_loses_nothing_and_pays_nothing_twice() -> None:
    argv = [sys.executable, "-m", "tests.benchmarks.chaos", *STORM]
    # It is nobody's helper: it takes a data folder of its own.
    storm = subprocess.run(
        argv, cwd=CHECKOUT, env=environ_for_child(), capture_output=True, text=True, timeout=LONGEST
    )
    assert storm.returncode == 0, storm.stdout + storm.stderr
