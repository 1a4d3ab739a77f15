"""One `up` for one data folder."""

import fcntl
import os
from pathlib import Path
from typing import TextIO

from monitor.embedded.errors import EmbeddedError


def take_lock(data_dir: Path) -> TextIO:
    """Hold the data folder until the returned file is closed or this process ends, however it ends."""
    file = (data_dir / "up.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise EmbeddedError(
            f"it already runs on DATA_DIR {data_dir} (process {holder}). Stop it first, or set another DATA_DIR."
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
