"""What stops the embedded server before it starts, each with a sentence."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from monitor.embedded import cluster as clusters
from monitor.embedded.errors import EmbeddedError
from monitor.embedded.postgres import Postgres
from monitor.embedded.processes import User

NOBODY = User(uid=65534, gid=65534, name="nobody")
is_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def a_cluster(data_dir: Path, version: str) -> Path:
    """A folder that looks like a cluster."""
    folder = data_dir / "postgres"
    folder.mkdir()
    (folder / "PG_VERSION").write_text(f"{version}\n")
    return folder


@pytest.mark.parametrize("version", ["16", "19", ""])
def test_it_says_what_to_do_with_another_version(tmp_path: Path, version: str) -> None:
    a_cluster(tmp_path, version)
    with pytest.raises(EmbeddedError) as caught:
        Postgres(tmp_path).start()
    assert f"was made by PostgreSQL {version or '(unknown)'}, and this is PostgreSQL 18." in str(caught.value)
    assert "pg_dump" in str(caught.value)


def test_it_leaves_a_strange_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "notes.txt").write_text("mine")
    with pytest.raises(EmbeddedError, match="was made by PostgreSQL"):
        Postgres(tmp_path).start()
    assert (tmp_path / "postgres" / "notes.txt").read_text() == "mine"


def test_it_says_when_the_data_folder_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError, match=r"DATA_DIR .*/file cannot be used"):
        Postgres(tmp_path / "file").start()


def test_it_says_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1024))
    with pytest.raises(EmbeddedError, match="is full: free at least 200 MB"):
        Postgres(tmp_path).start()
    assert not (tmp_path / "postgres").exists()


def test_it_throws_a_half_made_cluster_away(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")
    postgres = Postgres(tmp_path, durable=False)
    try:
        postgres.start()
        assert not (tmp_path / "postgres.new").exists()
    finally:
        postgres.stop()


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "LOG: a\nPANIC: could not write: No space left on device\n",
            "It failed: the disk of DATA_DIR /d is full.",
        ),
        (
            "LOG: a\nFATAL:  bad thing\nLOG: shut down\n",
            "It failed: FATAL:  bad thing (more in /d/logs/postgres.log)",
        ),
        ("", "It failed: it gave no reason (more in /d/logs/postgres.log)"),
    ],
)
def test_it_finds_the_reason_in_the_log(output: str, sentence: str) -> None:
    assert clusters.explain("It failed", output, Path("/d")) == sentence


@is_root
def test_it_goes_on_as_the_user_who_owns_the_cluster(tmp_path: Path) -> None:
    folder = a_cluster(tmp_path, "18")
    os.chown(folder, 4321, 1234)
    assert clusters.server_user(folder) == User(uid=4321, gid=1234, name="4321")


@is_root
def test_it_tells_another_user_whose_cluster_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = a_cluster(tmp_path, "18")
    os.chown(folder, NOBODY.uid, NOBODY.gid)
    monkeypatch.setattr(os, "geteuid", lambda: 4321)
    with pytest.raises(EmbeddedError, match="belongs to the user nobody: start as that user"):
        clusters.check_cluster(folder)


@is_root
def test_it_shows_the_server_the_way_only_where_it_may_go(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    (hidden / "postgres").mkdir(parents=True)
    tmp_path.chmod(0o711)
    hidden.chmod(0o700)
    assert clusters.folder_argument(hidden / "postgres", NOBODY) == clusters.OWN_FOLDER
    assert clusters.folder_argument(hidden / "postgres", None) == hidden / "postgres"
