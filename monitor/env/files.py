"""What the data folder gives: the secret key, and the way to the embedded database."""

import hashlib
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from monitor.env.links import parse_database_url
from monitor.env.reading import Env
from monitor.env.values import BadEnv

# The socket's path must fit into 103 bytes on macOS and 107 on Linux.
LONGEST_SOCKET_PATH = 103
SOCKET_PORT = "5432"
SOCKET_NAME = f".s.PGSQL.{SOCKET_PORT}"
DATABASE_NAME = "whereabouts"
PASSWORD_FILE = "postgres-password"  # noqa: S105 - the name of a file


def database_settings(env: Env) -> dict[str, object]:
    """Django's DATABASES["default"]: the server of DATABASE_URL, or the embedded one of the data folder."""
    if env.database_url:
        return parse_database_url(env.database_url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE_NAME,
        "USER": DATABASE_NAME,
        "PASSWORD": _stored(env.data_dir / PASSWORD_FILE),
        "HOST": str(socket_dir(env.data_dir)),
        "PORT": SOCKET_PORT,
    }


def socket_dir(data_dir: Path) -> Path:
    """Where clients of the embedded server find its socket.

    The socket itself is always in the cluster's own folder. When that path is too long for a socket, the
    launcher keeps a link to it in a private folder under the system's temporary directory.
    """
    cluster = data_dir / "postgres"
    if len(os.fsencode(cluster / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return cluster
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"whereabouts-{digest}"


def secret_key(env: Env) -> str:
    """The given key, or one made once and kept in the data folder, readable only by its owner."""
    return env.secret_key or keep(env.data_dir / "secret-key", secrets.token_urlsafe(64))


def keep(path: Path, fresh: str) -> str:
    """The text of a private file, written with `fresh` when there is none; of two writers the first wins."""
    stored = _stored(path)
    if stored:
        return stored
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(fresh + "\n", encoding="utf-8")
        _link(draft, path)
    except OSError as error:
        raise BadEnv(f"DATA_DIR {path.parent} cannot be written ({error.strerror}).") from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return _stored(path)


def _link(draft: Path, path: Path) -> None:
    """Give the finished draft its name, unless somebody was quicker; an empty left-over is replaced."""
    if path.exists():
        draft.replace(path)
        return
    with suppress(FileExistsError):
        path.hardlink_to(draft)


def _stored(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise BadEnv(f"{path} cannot be read ({error.strerror}).") from error
