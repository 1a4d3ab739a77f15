"""What a line of the script of faults says: which calls or tasks go wrong, how and how often."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FOREVER = 1_000_000_000
# Of these at most one befalls a call.
ON_THE_WIRE = frozenset(
    ("timeout_before", "timeout_after", "truncated", "html", "http", "retry_after", "envelope", "wrapped")
)
OF_CALLS = ON_THE_WIRE | {"slow", "foreign_ready"}
OF_TASKS = frozenset((
    "code", "lost", "empty", "thin", "late", "fixed", "id_list_lag", "ready_lag", "lost_webhook",
    "duplicate_webhook", "reorder_webhook", "cbir_expired", "cbir_changed",
))  # fmt: skip
POST_OF_TASKS = "/v3/serp/google/search_by_image/task_post"
# These also make sense elsewhere; without a path they are about posted tasks, which are met once each.
AT_COLLECTING = frozenset(("code", "lost"))
_NUMBERED = frozenset((
    "http", "retry_after", "envelope", "wrapped", "slow", "foreign_ready", "code", "late", "fixed",
    "id_list_lag", "ready_lag", "reorder_webhook",
))  # fmt: skip
_PLAIN = {"fixed": 0.0, "reorder_webhook": 30.0}  # the number where none is given
_FIELDS = {"do", "match", "times", "share", "burst"}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One line: `kind` befalls those whose path begins with `path` and whose tag contains `tag`.

    Of these the first that can be hit is number `nth`; from then on each is hit with the chance `share`, a hit
    takes the next `burst` in a row, and after `times` hits the line is used up. `low` to `high` is its number.
    """

    kind: str
    low: float = 0.0
    high: float = 0.0
    path: str = ""
    tag: str = ""
    nth: int = 1
    times: int = FOREVER
    share: float = 1.0
    burst: int = 1

    @property
    def group(self) -> str:
        """Lines of one group never befall the same call or task together; the first one wins."""
        return "wire" if self.kind in ON_THE_WIRE else self.kind

    def is_about(self, path: str, tags: list[str]) -> bool:
        """Whether a call with these tags, or a task with its one, is meant."""
        return path.startswith(self.path) and (not self.tag or any(self.tag in tag for tag in tags))


def read_fault(entry: Any) -> Fault:
    """A line as it was sent; ValueError for one that means nothing."""
    match entry:
        case {"do": str(do), **rest} if rest.keys() <= _FIELDS:
            chosen = rest.get("match") or {}
            if isinstance(chosen, dict) and chosen.keys() <= {"path", "tag", "nth"}:
                kind, low, high = _read_do(do)
                return Fault(
                    kind=kind,
                    low=low,
                    high=high,
                    path=str(chosen.get("path") or (POST_OF_TASKS if kind in AT_COLLECTING else "")),
                    tag=str(chosen.get("tag") or ""),
                    nth=_count(chosen, "nth", 1),
                    times=_count(rest, "times", FOREVER),
                    share=_share(rest.get("share", 1.0)),
                    burst=_count(rest, "burst", 1),
                )
    raise ValueError(f"This is no fault: {json.dumps(entry)[:200]}")


def _read_do(do: str) -> tuple[str, float, float]:
    """The kind and the number of "kind", "kind 5" or "kind 0-180"; ValueError for any other."""
    kind, _, number = do.partition(" ")
    low, is_range, high = number.partition("-")
    values = [low, high] if is_range else [low, low]
    if kind in _NUMBERED and all(value.isascii() and value.isdigit() for value in values):
        return kind, float(values[0]), float(values[1])
    if kind in OF_CALLS | OF_TASKS and not number and (kind in _PLAIN or kind not in _NUMBERED):
        return kind, _PLAIN.get(kind, 0.0), _PLAIN.get(kind, 0.0)
    raise ValueError(f"There is no fault that is called {do[:100]}")


def _share(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1:
        return float(value)
    raise ValueError("share must be a number above 0, up to 1")


def _count(fields: Mapping[Any, Any], name: str, default: int) -> int:
    """A whole number from 1 that SQLite can hold; ValueError for anything else."""
    value = default if fields.get(name) is None else fields[name]
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= FOREVER:
        return value
    raise ValueError(f"{name} must be a whole number from 1 to {FOREVER}")
