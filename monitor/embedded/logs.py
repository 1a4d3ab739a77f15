"""What the children write: one file each, kept small."""

from pathlib import Path

LARGEST = 10 * 1024 * 1024
SHOWN_LINES = 12


def trim(folder: Path) -> None:
    """Move the text of every large log aside, keeping one older part; writers append, so they just go on."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > LARGEST:
            log.with_suffix(".log.1").write_bytes(log.read_bytes())
            log.write_bytes(b"")


def tail(log: Path, start: int = 0) -> str:
    """The last lines written after the byte `start`, indented."""
    with log.open("rb") as file:
        file.seek(start)
        lines = file.read().decode(errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-SHOWN_LINES:])
