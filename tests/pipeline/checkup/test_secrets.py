"""Whether secrets are there, long enough, and readable by nobody else."""

from pathlib import Path

import pytest
from pytest_django import Settings

from monitor.pipeline.checkup import secrets
from monitor.pipeline.checkup.findings import State
from tests.pipeline.checkup.conftest import AT, set_env, states

LONG = "an unlikely sentence of more than fifty characters, 7"


@pytest.mark.parametrize(
    ("value", "state"), [(LONG, State.OK), (LONG[:49], State.WARNING), ("ab" * 40, State.WARNING)]
)
def test_it_judges_the_key_and_never_shows_it(value: str, state: State) -> None:
    finding = secrets.key(value)
    assert finding.state == state
    assert value[:10] not in finding.sentence + finding.remedy


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A data folder, and a checkout without an .env file."""
    set_env(settings, data_dir=tmp_path)
    settings.BASE_DIR = tmp_path / "checkout"
    settings.BASE_DIR.mkdir()
    return tmp_path


def write(path: Path, mode: int) -> None:
    path.write_text("hush")
    path.chmod(mode)


def test_private_files_are_fine(folder: Path) -> None:
    write(folder / "secret-key", 0o600)
    write(folder / "checkout" / ".env", 0o400)
    assert states(secrets.check(AT))[secrets.FILES] == State.OK


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
@pytest.mark.parametrize("name", ["secret-key", "postgres-password", "checkout/.env"])
def test_files_that_others_can_read_or_write_are_bad(folder: Path, name: str, mode: int) -> None:
    write(folder / name, mode)
    finding = secrets.check(AT)[1]
    assert (finding.name, finding.state) == (secrets.FILES, State.BAD)
    assert finding.remedy == f"chmod 600 {folder / name}"


def test_no_files_are_fine(folder: Path) -> None:
    assert states(secrets.check(AT))[secrets.FILES] == State.OK


@pytest.mark.parametrize(
    ("mode", "state"),
    [
        (0o600, State.OK),
        (0o640, State.OK),
        (0o644, State.WARNING),
        (0o660, State.WARNING),
        (0o602, State.WARNING),
    ],
)
def test_a_file_that_a_variable_names_is_not_for_everybody(
    folder: Path, monkeypatch: pytest.MonkeyPatch, mode: int, state: State
) -> None:
    write(folder / "mail", mode)
    monkeypatch.setenv("EMAIL_URL_FILE", str(folder / "mail"))
    finding = secrets.check(AT)[2]
    assert (finding.name, finding.state) == (secrets.NAMED, state)
    assert "EMAIL_URL_FILE" in finding.sentence
    assert ("chmod" in finding.remedy) is (state == State.WARNING)


def test_variables_that_hold_their_values_themselves_need_no_word(folder: Path) -> None:
    assert len(secrets.check(AT)) == 2
