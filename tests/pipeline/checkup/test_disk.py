"""Room on the disks."""

from datetime import timedelta
from pathlib import Path
from shutil import disk_usage

import pytest
from django.db import OperationalError
from pytest_django import Settings

from accounts.models import Workspace
from monitor.pipeline.checkup import disk
from monitor.pipeline.checkup.disk import GB, Room
from monitor.pipeline.checkup.findings import State
from tests.factories import make_workspace
from tests.pipeline.checkup.conftest import AT, set_env, states


def room(free: float, total: float = 100, days: float | None = None) -> Room:
    return Room(free=int(free * GB), total=int(total * GB), days=days)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (room(50), State.OK),
        (room(50, days=400), State.OK),
        (room(25, total=1000), State.OK),
        (room(9), State.WARNING),
        (room(1.9, total=10), State.WARNING),
        (room(50, days=29), State.WARNING),
        (room(0.4, total=1), State.BAD),
        (room(50, days=2.5), State.BAD),
    ],
)
def test_it_judges_room_by_bytes_share_and_days(given: Room, state: State) -> None:
    finding = disk.judge("Disk", given)
    assert finding.state == state
    assert bool(finding.remedy) == (state != State.OK)


@pytest.mark.parametrize(
    ("days", "words"), [(None, "free (50%)."), (40.4, "for about 40 days."), (900, "for years.")]
)
def test_it_says_how_long_the_room_lasts(days: float | None, words: str) -> None:
    assert disk.judge("Disk", room(50, days=days)).sentence.endswith(words)


@pytest.fixture
def media(settings: Settings, tmp_path: Path, db: None) -> Path:
    """A folder of 3,000 bytes, of an installation that is ten days old."""
    (tmp_path / "media" / "aa").mkdir(parents=True)
    (tmp_path / "media" / "aa" / "picture.jpg").write_bytes(b"x" * 3000)
    set_env(
        settings, data_dir=tmp_path, media_dir=tmp_path / "media", database_url="postgresql://elsewhere/db"
    )
    make_workspace()
    Workspace.objects.update(created_at=AT - timedelta(days=10))
    return tmp_path / "media"


def test_it_reckons_with_the_growth_so_far(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = disk_usage(media)._replace(free=9_000, total=12_000)
    monkeypatch.setattr("shutil.disk_usage", lambda place: usage)
    (finding,) = disk.check(AT)
    assert "for about 30 days" in finding.sentence


def test_it_counts_the_embedded_database(media: Path, settings: Settings) -> None:
    set_env(settings, database_url="")
    assert disk._data_bytes() > 1_000_000


def test_a_young_installation_tells_nothing_of_days(media: Path) -> None:
    Workspace.objects.update(created_at=AT - timedelta(days=2))
    assert "last" not in disk.check(AT)[0].sentence


def test_it_needs_no_database(media: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("no space left on device")

    monkeypatch.setattr(disk, "in_time", refuse)
    assert "are free" in disk.check(AT)[0].sentence


def test_too_many_files_tell_nothing_of_days(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "WALK_SECONDS", -1.0)
    assert "last" not in disk.check(AT)[0].sentence


def test_a_day_is_not_days() -> None:
    assert "for about 1 day." in disk.judge("Disk", room(50, days=1.2)).sentence


def test_two_disks_are_two_findings(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "_device", lambda folder: len(str(folder)))
    assert set(states(disk.check(AT))) == {"Disk of DATA_DIR", "Disk of the pictures"}


def test_a_folder_that_is_not_there_yet_is_where_it_would_be_made(media: Path, settings: Settings) -> None:
    set_env(settings, data_dir=media.parent / "not" / "yet")
    assert len(disk.check(AT)) == 1


def test_a_folder_that_cannot_be_written_to_is_bad(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda place, mode: False)
    (finding,) = disk.check(AT)
    assert finding.state == State.BAD
    assert "cannot be written to" in finding.sentence
