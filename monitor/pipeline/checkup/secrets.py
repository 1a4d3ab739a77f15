"""Whether secrets are there, long enough, and readable by nobody else."""

import stat
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings

from monitor.env import NAMES, environment
from monitor.env.values import text
from monitor.pipeline.checkup.findings import Finding, bad, ok, warning

KEY, FILES, NAMED = "SECRET_KEY", "Files with secrets", "Secrets from files"
LONG, DISTINCT = 50, 5  # as Django's own deployment check has it
IN_DATA_DIR = ("secret-key", "postgres-password", "demo-password")
OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO
OF_STRANGERS = stat.S_IWGRP | stat.S_IRWXO  # a group that may read is often how the app gets in at all


def check(at: datetime) -> Sequence[Finding]:
    """The key that signs everything, and the files that hold secrets."""
    return [key(str(settings.SECRET_KEY)), files(_present()), *named(environment())]


def key(value: str) -> Finding:
    """Whether it can be guessed; it is looked at, never shown."""
    if len(value) < LONG or len(set(value)) < DISTINCT:
        sentence = "SECRET_KEY is short or monotonous; whoever guesses it can sign in as anybody."
        return warning(
            KEY, sentence, f"Set {LONG} random characters or more; everybody has to sign in again once."
        )
    kept = "set" if settings.ENV.secret_key else "generated and kept in DATA_DIR"
    return ok(KEY, f"The key that signs sessions and links is {kept}, and long enough.")


def _present() -> list[Path]:
    known = [settings.ENV.data_dir / name for name in IN_DATA_DIR]
    return [path for path in (*known, settings.BASE_DIR / ".env") if path.is_file()]


def files(paths: Sequence[Path]) -> Finding:
    """Whether other users of this machine can read or change them."""
    open_ones = [path for path in paths if path.stat().st_mode & OF_OTHERS]
    if open_ones:
        names = ", ".join(map(str, open_ones))
        return bad(
            FILES,
            f"Other users of this machine can read {names}.",
            f"chmod 600 {' '.join(map(str, open_ones))}",
        )
    if not paths:
        return ok(FILES, "There are none in DATA_DIR, and no .env file.")
    return ok(FILES, f"{', '.join(path.name for path in paths)}: readable only by the app’s own user.")


def named(environ: Mapping[str, str]) -> Sequence[Finding]:
    """The files that variables such as EMAIL_URL_FILE point to; a container's own may have to be open within it."""
    paths = {f"{name}_FILE": Path(file) for name in NAMES if (file := text(environ, f"{name}_FILE"))}
    present = {name: path for name, path in paths.items() if path.is_file()}
    open_ones = [name for name, path in present.items() if path.stat().st_mode & OF_STRANGERS]
    if open_ones:
        sentence = (
            f"Other users of this machine can read what {', '.join(open_ones)} {_points(open_ones)} to."
        )
        remedy = (
            f"chmod 640 {' '.join(str(present[name]) for name in open_ones)}, with the app’s own group. In a "
            "container where nothing else runs it does no harm."
        )
        return [warning(NAMED, sentence, remedy)]
    return [ok(NAMED, f"{', '.join(present)}: not readable by everybody.")] if present else []


def _points(names: Sequence[str]) -> str:
    return "points" if len(names) == 1 else "point"
