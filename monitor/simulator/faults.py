"""The script of faults: which calls go wrong, how and how often."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.simulator.state import State

WHOLE = ("timeout_before", "timeout_after", "truncated", "html", "lost")
NUMBERED = ("http", "code", "slow")
FOREVER = 1_000_000_000
# Another thread may have taken the last one meanwhile.
_LET_ONE_GO = "UPDATE script SET passes_left = passes_left - 1 WHERE id = ? AND passes_left > 0"
_USE_ONE_UP = "UPDATE script SET times_left = times_left - 1 WHERE id = ? AND times_left > 0"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One line of the script: calls whose path begins with `path` and one of whose tags contains `tag`.

    Of these, the first that is hit is number `nth`; from then on `times` in a row, without end if not given.
    `do`: "http 503" answers with that status; "code 40101" with that code of the provider; "timeout_before"
    and "timeout_after" end the connection before or after the call was carried out; "truncated" and "html"
    spoil the answer to a call that was carried out, "slow 3" keeps it for so many seconds; "lost" forgets
    the task that was paid for.
    """

    path: str = ""
    tag: str = ""
    nth: int = 1
    times: int = FOREVER
    do: str

    @property
    def status(self) -> int:
        """The HTTP status that is answered, or 0."""
        return self._number("http")

    @property
    def code(self) -> int:
        """The provider's code that is answered, or 0."""
        return self._number("code")

    @property
    def seconds(self) -> int:
        """How long the answer is kept."""
        return self._number("slow")

    def hits(self, path: str, tags: Sequence[str]) -> bool:
        """Whether a call is meant."""
        return path.startswith(self.path) and any(self.hits_tag(tag) for tag in tags or [""])

    def hits_tag(self, tag: str) -> bool:
        """Whether a tag is meant."""
        return self.tag in tag

    def _number(self, kind: str) -> int:
        found, _, number = self.do.partition(" ")
        return int(number) if found == kind else 0


class Faults:
    """The script in force; each line's `times` is counted down with every call that it hits."""

    def __init__(self, state: State) -> None:
        self._state = state

    def replace(self, script: Sequence[Any]) -> None:
        """Put `script` in the place of what was there; ValueError when a line cannot be read."""
        faults = [_read(entry) for entry in script]
        with self._state.transaction():
            self._state.run("DELETE FROM script")
            for entry, fault in zip(script, faults, strict=True):
                self._state.run(
                    "INSERT INTO script (line, passes_left, times_left) VALUES (?, ?, ?)",
                    *(json.dumps(entry), fault.nth - 1, fault.times),
                )

    def take(self, path: str, tags: Sequence[str]) -> Fault | None:
        """The first line that hits this call, counted down."""
        for row in self._state.rows("SELECT id, line FROM script WHERE times_left > 0 ORDER BY id"):
            fault = _read(json.loads(row["line"]))
            if not fault.hits(path, tags) or self._state.run(_LET_ONE_GO, row["id"]):
                continue
            if self._state.run(_USE_ONE_UP, row["id"]):
                return fault
        return None


def _read(entry: Any) -> Fault:
    """A line of the script as it was sent; ValueError for one that means nothing."""
    match entry:
        case {"do": str(do), **rest} if _is_known(do) and rest.keys() <= {"match", "times"}:
            chosen = rest.get("match") or {}
            if isinstance(chosen, dict) and chosen.keys() <= {"path", "tag", "nth"}:
                return Fault(
                    path=str(chosen.get("path") or ""),
                    tag=str(chosen.get("tag") or ""),
                    nth=_count(chosen, "nth", 1),
                    times=_count(rest, "times", FOREVER),
                    do=do,
                )
    raise ValueError(f"This is no fault: {json.dumps(entry)[:200]}")


def _is_known(do: str) -> bool:
    kind, _, number = do.partition(" ")
    return do in WHOLE or (kind in NUMBERED and number.isascii() and number.isdigit())


def _count(fields: Mapping[Any, Any], name: str, default: int) -> int:
    """A whole number from 1 that SQLite can hold; ValueError for anything else."""
    value = default if fields.get(name) is None else fields[name]
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= FOREVER:
        return value
    raise ValueError(f"{name} must be a whole number from 1 to {FOREVER}")
