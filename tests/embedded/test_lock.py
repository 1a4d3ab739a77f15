"""One start for one data folder."""

import os
from pathlib import Path

import pytest

from monitor.embedded.errors import EmbeddedError
from monitor.embedded.lock import take_lock


def test_it_refuses_a_second_holder_and_names_the_first(tmp_path: Path) -> None:
    with take_lock(tmp_path), pytest.raises(EmbeddedError) as caught:
        take_lock(tmp_path)
    assert f"it already runs on DATA_DIR {tmp_path} (process {os.getpid()})" in str(caught.value)


def test_it_is_free_again_afterwards(tmp_path: Path) -> None:
    take_lock(tmp_path).close()
    take_lock(tmp_path).close()
    assert (tmp_path / "up.lock").read_text() == str(os.getpid())
