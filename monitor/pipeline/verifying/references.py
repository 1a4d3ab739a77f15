"""Watched images made ready for comparing: the last few are kept in each process, about 200 kB each."""

import logging
from functools import lru_cache

from django.core.files.storage import default_storage

from monitor import imaging, verification
from monitor.verification import Reference

KEPT = 64

log = logging.getLogger(__name__)


def reference(file: str) -> Reference | None:
    """The reference of a watched image's file, whose content never changes; None when it is gone or no picture."""
    try:
        return _prepared(file)
    except (FileNotFoundError, imaging.ImageError):
        log.exception("The watched picture %s cannot be compared with others.", file)
        return None


@lru_cache(maxsize=KEPT)
def _prepared(file: str) -> Reference:
    with default_storage.open(file) as stored:
        return verification.prepare(stored.read())
