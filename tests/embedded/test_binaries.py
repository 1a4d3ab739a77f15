"""Finding the server's programs, and copying them where a stepped-down user can run them."""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

from monitor.embedded import binaries
from monitor.embedded.errors import EmbeddedError
from monitor.embedded.processes import User

NOBODY = User(uid=65534, gid=65534, name="nobody")
is_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> binaries.Binaries:
    """The wheel's programs below a folder that only root may enter."""
    package = binaries.find_binaries().folder.parent.parent
    for source in (package / "pginstall18", package.with_name(f"{package.name}.libs")):
        if source.is_dir():
            shutil.copytree(source, tmp_path / "venv" / source.relative_to(package.parent), symlinks=True)
    (tmp_path / "venv").chmod(0o700)
    tmp_path.chmod(0o755)
    return binaries.Binaries(folder=tmp_path / "venv" / package.name / "pginstall18" / "bin")


def test_it_finds_version_18() -> None:
    folder = binaries.find_binaries().folder
    assert folder.parent.name == "pginstall18"
    assert {"postgres", "initdb", "psql"} <= {path.name for path in folder.iterdir()}


def test_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EmbeddedError, match=r"Run pip install .* or set DATABASE_URL"):
        binaries.find_binaries()


def test_it_uses_them_in_place_when_it_can() -> None:
    found = binaries.find_binaries()
    assert binaries.reachable(found, None) is found


@is_root
def test_it_copies_them_once_for_a_user_without_a_way(
    hidden: binaries.Binaries,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = Path("/var/tmp") / f"whereabouts-test-{os.getpid()}"
    monkeypatch.setattr(binaries, "COPY_PLACES", (Path("/proc/nowhere"), place))
    try:
        copied = binaries.reachable(hidden, NOBODY)
        assert copied.folder.is_relative_to(place)
        assert copied["postgres"].stat().st_uid == 0
        assert not [
            path for path in place.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o022
        ]
        made = copied["postgres"].stat().st_ino
        assert binaries.reachable(hidden, NOBODY)["postgres"].stat().st_ino == made
    finally:
        shutil.rmtree(place, ignore_errors=True)
    assert (tmp_path / "venv").stat().st_mode & 0o777 == 0o700


@is_root
def test_it_says_when_no_place_will_do(hidden: binaries.Binaries, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "COPY_PLACES", ())
    with pytest.raises(
        EmbeddedError, match="PostgreSQL never runs as root, and the user nobody cannot reach"
    ):
        binaries.reachable(hidden, NOBODY)
