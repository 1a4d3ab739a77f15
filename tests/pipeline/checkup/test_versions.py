"""What runs here."""

from importlib.metadata import version
from pathlib import Path

import pytest

from monitor.pipeline.checkup import versions
from monitor.pipeline.checkup.findings import State
from tests.pipeline.checkup.conftest import AT, states


@pytest.mark.parametrize(("found", "state"), [((3, 10), State.BAD), ((3, 11), State.OK), ((3, 14), State.OK)])
def test_it_judges_python(found: tuple[int, int], state: State) -> None:
    assert versions.python(found).state == state


def test_what_runs_these_tests_is_fine() -> None:
    assert states(versions.check(AT))[versions.PYTHON] == State.OK


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
