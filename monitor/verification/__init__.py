"""Is a found picture ours? Pure functions on bytes: no network, no Django, no files written."""

from functools import lru_cache
from pathlib import Path

import cv2

from monitor.imaging import ImageError

from . import judging, looking, pictures
from .judging import METHOD_VERSION
from .looking import Reference
from .verdicts import STRICT, Change, ChangeKind, Label, Placement, Verdict, label_for

__all__ = [
    "METHOD_VERSION",
    "STRICT",
    "Change",
    "ChangeKind",
    "Label",
    "Placement",
    "Reference",
    "Verdict",
    "label_for",
    "prepare",
    "verify",
    "verify_files",
]

# Whoever calls decides how many cores looking takes, by the number of workers.
cv2.setNumThreads(1)


def prepare(data: bytes) -> Reference:
    """The watched picture made ready to be compared with many; raises imaging.ImageError."""
    return looking.ready(pictures.read(data, largest=pictures.REFERENCE_SIDE))


def verify(reference: Reference, data: bytes) -> Verdict:
    """What a found picture is to the watched one; one that cannot be read is unverifiable, nothing is raised."""
    try:
        return judging.judged(reference, pictures.read(data, largest=pictures.LARGE_SIDE))
    except (ImageError, cv2.error):  # OpenCV refuses shapes that nobody foresaw
        return judging.unverifiable()


def verify_files(watched_path: str, candidate_path: str) -> tuple[str, float]:
    """Label and score of a candidate file, for evaluations; the last few watched pictures are kept ready."""
    verdict = verify(_prepared(watched_path), Path(candidate_path).read_bytes())
    return verdict.label.value, verdict.score


@lru_cache(maxsize=4)
def _prepared(path: str) -> Reference:
    return prepare(Path(path).read_bytes())
