"""Whether somebody removed the demo: a note in the data folder, read before there is a database."""

from datetime import datetime
from pathlib import Path

from monitor.env.values import BadEnv

NOTE = "demo-removed"


def is_demo_removed(data_dir: Path) -> bool:
    """Then a start does not make it anew."""
    return (data_dir / NOTE).exists()


def note_demo_removed(data_dir: Path, at: datetime) -> None:
    """From now on no start makes it anew."""
    words = f"The demo was removed on {at:%d %B %Y}; `python manage.py demo` makes it anew.\n"
    try:
        (data_dir / NOTE).write_text(words, encoding="utf-8")
    except OSError as error:
        raise BadEnv(f"DATA_DIR {data_dir} cannot be written ({error.strerror}).") from error


def forget_demo_removed(data_dir: Path) -> None:
    """There is a demo again."""
    (data_dir / NOTE).unlink(missing_ok=True)
