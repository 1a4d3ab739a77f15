"""What runs here: Python and its packages."""

import platform
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings

from monitor.pipeline.checkup.findings import Finding, bad, ok, unknown, warning

PYTHON, PACKAGES = "Python", "Packages"
OLDEST = (3, 11)
NAMED = ("Django", "psycopg", "django-q2", "httpx", "Pillow", "gunicorn")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def check(at: datetime) -> Sequence[Finding]:
    """Python, and the packages beside the versions that were tested together."""
    return [python(sys.version_info[:2]), packages(settings.BASE_DIR / "requirements.txt")]


def python(found: tuple[int, ...]) -> Finding:
    name = f"Python {platform.python_version()} on {platform.system()} {platform.release()}"
    if found < OLDEST:
        return bad(PYTHON, f"{name} is too old: Whereabouts needs 3.11 or newer.", "Install a newer Python.")
    return ok(PYTHON, f"{name}.")


def packages(pins: Path) -> Finding:
    """The installed versions against those of requirements.txt."""
    shown = ", ".join(f"{name} {_installed(name)}" for name in NAMED)
    try:
        text = pins.read_text(encoding="utf-8")
    except OSError:
        return unknown(
            PACKAGES, f"{shown}. The list of tested versions is not here, so they were not compared."
        )
    others = list(_different(text))
    if others:
        sentence = f"{shown}. Not the tested versions: {', '.join(others[:5])}."
        return warning(
            PACKAGES, sentence, "Install what requirements.txt says; make up does so after an update."
        )
    return ok(PACKAGES, f"{shown}; all as tested together.")


def _different(text: str) -> Iterator[str]:
    """Packages that are installed in another version; those for other systems are not installed at all."""
    for name, wanted in _PIN.findall(text):
        found = _installed(name)
        if found not in ("", wanted):
            yield f"{name} {found} (tested: {wanted})"


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
