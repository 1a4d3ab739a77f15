"""What runs here."""

from importlib.metadata import version
from pathlib import Path

import pytest
from django.db.migrations.recorder import MigrationRecorder

from monitor.pipeline.checkup import versions
from monitor.pipeline.checkup.findings import State
from tests.pipeline.checkup.conftest import AT


@pytest.mark.django_db
def test_tables_that_fit_are_fine() -> None:
    assert versions.check(AT)[0].state == State.OK


@pytest.mark.django_db
def test_a_migration_that_is_not_applied_is_bad() -> None:
    MigrationRecorder.Migration.objects.filter(app="monitor", name="0002_queue").delete()
    finding = versions.check(AT)[0]
    assert finding.state == State.BAD
    assert "monitor 0002_queue" in finding.sentence


@pytest.mark.parametrize(("found", "state"), [((3, 10), State.BAD), ((3, 11), State.OK), ((3, 14), State.OK)])
def test_it_judges_python(found: tuple[int, int], state: State) -> None:
    assert versions.python(found).state == state


def pins(folder: Path, *lines: str) -> Path:
    path = folder / "requirements.txt"
    path.write_text("\n".join(lines))
    return path


def test_the_tested_versions_are_fine(tmp_path: Path) -> None:
    path = pins(
        tmp_path,
        f"django=={version('django')} \\",
        "    --hash=sha256:00",
        "pywin32==1 ; sys_platform == 'win32'",
    )
    finding = versions.packages(path)
    assert finding.state == State.OK
    assert f"Django {version('django')}" in finding.sentence


def test_other_versions_need_a_look(tmp_path: Path) -> None:
    finding = versions.packages(pins(tmp_path, "django==1.0 ; python_version < '4'"))
    assert finding.state == State.WARNING
    assert f"django {version('django')} (tested: 1.0)" in finding.sentence


def test_without_the_list_nothing_is_compared(tmp_path: Path) -> None:
    assert versions.packages(tmp_path / "nothing.txt").state == State.UNKNOWN
