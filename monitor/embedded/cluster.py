"""The folder of an embedded cluster: making it, checking it, finding the processes that use it."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from monitor.embedded.binaries import MAJOR, Binaries
from monitor.embedded.errors import EmbeddedError
from monitor.embedded.processes import PROC, User, all_pids, is_alive
from monitor.env.files import DATABASE_NAME, PASSWORD_FILE, keep
from monitor.env.values import BadEnv

# A fresh cluster takes about 45 MB.
SPACE_NEEDED = 200 * 1024 * 1024
# Means the cluster to a process started inside it, even where its user may not enter the folders above.
OWN_FOLDER = Path("/proc/self/cwd")


def server_user(cluster: Path) -> User | None:
    """Whom the server runs as (None: ourselves); root becomes the cluster's owner, or postgres, or nobody."""
    if os.geteuid() != 0:
        return None
    if cluster.is_dir() and (owner := cluster.stat()).st_uid != 0:
        return User(uid=owner.st_uid, gid=owner.st_gid, name=_name(owner.st_uid))
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return User(uid=entry.pw_uid, gid=entry.pw_gid, name=name)
    raise EmbeddedError(
        "PostgreSQL never runs as root, and there is no user postgres or nobody to run it as."
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def check_data_dir(data_dir: Path) -> None:
    """Make the data folder, and say so when it cannot be used."""
    try:
        data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
        (data_dir / "logs").mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=data_dir):
            pass
    except OSError as error:
        raise EmbeddedError(
            f"DATA_DIR {data_dir} cannot be used ({error.strerror}): choose a folder that can be written."
        ) from error


def check_cluster(cluster: Path) -> None:
    """The cluster is ours to run, and of our version."""
    owner = cluster.stat().st_uid
    if os.geteuid() not in (0, owner):
        raise EmbeddedError(
            f"{cluster} belongs to the user {_name(owner)}: start as that user, or choose another DATA_DIR."
        )
    found = _version(cluster)
    if found != str(MAJOR):
        raise EmbeddedError(
            f"{cluster} was made by PostgreSQL {found or '(unknown)'}, and this is PostgreSQL {MAJOR}. "
            "Move the data with the old pg_dump and the new psql, or choose another DATA_DIR."
        )


def _version(cluster: Path) -> str:
    try:
        return (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""


def folder_argument(cluster: Path, user: User | None) -> Path:
    """How the server, started inside the cluster, is told where it is."""
    if user is None or _may_enter(cluster, user):
        return cluster
    if OWN_FOLDER.exists():
        return OWN_FOLDER
    raise EmbeddedError(
        f"PostgreSQL runs as the user {user.name}, who cannot enter {cluster}: choose another DATA_DIR."
    )


def _may_enter(folder: Path, user: User) -> bool:
    enter = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]
    run = subprocess.run(
        enter, user=user.uid, group=user.gid, extra_groups=[], cwd="/", capture_output=True, check=False
    )
    return run.returncode == 0


def make_cluster(cluster: Path, binaries: Binaries, user: User | None, *, durable: bool) -> None:
    """Run initdb in a draft folder, which gets its name only when it is complete."""
    if cluster.is_dir() and any(cluster.iterdir()):
        return
    if shutil.disk_usage(cluster.parent).free < SPACE_NEEDED:
        raise EmbeddedError(f"The disk of DATA_DIR {cluster.parent} is full: free at least 200 MB.")
    draft = cluster.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if user:
        os.chown(draft, user.uid, user.gid)
    _initdb(draft, binaries, user, password(cluster.parent), durable=durable)
    draft.replace(cluster)


def password(data_dir: Path) -> str:
    """The password of the embedded server, made at first use."""
    try:
        return keep(data_dir / PASSWORD_FILE, secrets.token_urlsafe(32))
    except BadEnv as error:
        raise EmbeddedError(str(error)) from error


def _initdb(draft: Path, binaries: Binaries, user: User | None, password: str, *, durable: bool) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(password.encode())
        file.seek(0)
        if user:
            os.fchown(file.fileno(), user.uid, user.gid)
        result = subprocess.run(
            [
                binaries["initdb"],
                f"--pgdata={folder_argument(draft, user)}",
                f"--username={DATABASE_NAME}",
                f"--pwfile=/dev/fd/{file.fileno()}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
                *([] if durable else ["--no-sync"]),
            ],
            cwd=draft,
            pass_fds=[file.fileno()],
            capture_output=True,
            check=False,
            text=True,
            env=server_environ(),
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )
    if result.returncode:
        raise EmbeddedError(explain("The database could not be made", result.stderr, draft.parent))


def server_environ() -> dict[str, str]:
    """The little that the server's programs need; PGDATA, PGOPTIONS and the like must not leak in."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}


def explain(what: str, output: str, data_dir: Path) -> str:
    """A sentence from a program's output: the full disk by name, else its last complaint."""
    if "No space left on device" in output:
        return f"{what}: the disk of DATA_DIR {data_dir} is full."
    lines = [line for line in output.splitlines() if line.strip()]
    complaints = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:"))]
    reason = (complaints or lines or ["it gave no reason"])[-1].strip()
    return f"{what}: {reason} (more in {data_dir / 'logs' / 'postgres.log'})"


def server_processes(cluster: Path) -> list[int]:
    """Living PostgreSQL processes that work in this folder; empty where there is no /proc."""
    try:
        home = cluster.stat()
    except FileNotFoundError:
        return []
    return [pid for pid in all_pids() if _works_in(pid, (home.st_dev, home.st_ino)) and is_alive(pid)]


def _works_in(pid: int, folder: tuple[int, int]) -> bool:
    try:
        if (PROC / str(pid) / "comm").read_text(errors="replace").strip() != "postgres":
            return False
        own = (PROC / str(pid) / "cwd").stat()
    except OSError:
        return False
    return (own.st_dev, own.st_ino) == folder
