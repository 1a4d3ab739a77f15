"""The script of faults: which calls go wrong, how and how often."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monitor.simulator.state import State

WHOLE = ("timeout_before", "timeout_after", "truncated", "html", "lost")
FOREVER = 1_000_000_000
# Another thread may have taken the last one meanwhile.
_COUNT_DOWN = "UPDATE fault SET times_left = times_left - 1 WHERE id = ? AND times_left > 0"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One line of the script: calls whose path begins with `path` and one of whose tags contains `tag`.

    `do`: "http 503" answers with that status; "code 40101" with that code of the provider; "timeout_before"
    and "timeout_after" end the connection before or after the call was carried out; "truncated" and "html"
    spoil the answer to a call that was carried out; "lost" forgets the task that was paid for.
    """

    path: str = ""
    tag: str = ""
    do: str = ""

    @property
    def number(self) -> int:
        """The status or code that is answered; 0 for a fault without one."""
        return int(self.do.split()[1]) if " " in self.do else 0

    @property
    def is_http(self) -> bool:
        """Whether the number is an HTTP status."""
        return self.do.startswith("http ")

    def hits(self, path: str, tags: Sequence[str]) -> bool:
        """Whether a call is meant."""
        return path.startswith(self.path) and any(self.hits_tag(tag) for tag in tags or [""])

    def hits_tag(self, tag: str) -> bool:
        """Whether a tag is meant."""
        return self.tag in tag


class Faults:
    """The script in force; each line's `times` is counted down with every call that it hits."""

    def __init__(self, state: State) -> None:
        self._state = state

    def replace(self, script: Sequence[Any]) -> None:
        """Put `script` in the place of what was there; ValueError when a line cannot be read."""
        lines = [(json.dumps(entry), _read(entry), _times(entry)) for entry in script]
        with self._state.transaction():
            self._state.run("DELETE FROM fault")
            for text, _, times in lines:
                self._state.run("INSERT INTO fault (script, times_left) VALUES (?, ?)", text, times)

    def take(self, path: str, tags: Sequence[str]) -> Fault | None:
        """The first line that hits this call, counted down."""
        for row in self._state.rows("SELECT id, script FROM fault WHERE times_left > 0 ORDER BY id"):
            fault = _read(json.loads(row["script"]))
            if fault.hits(path, tags) and self._state.run(_COUNT_DOWN, row["id"]):
                return fault
        return None


def _read(entry: Any) -> Fault:
    """A line of the script as it was sent; ValueError for one that means nothing."""
    match entry:
        case {"do": str(do)} if do in WHOLE or _is_numbered(do):
            match = entry.get("match") or {}
            if isinstance(match, dict):
                return Fault(path=str(match.get("path") or ""), tag=str(match.get("tag") or ""), do=do)
    raise ValueError(f"This is no fault: {json.dumps(entry)[:200]}")


def _is_numbered(do: str) -> bool:
    kind, _, number = do.partition(" ")
    return kind in ("http", "code") and number.isascii() and number.isdigit()


def _times(entry: dict[str, Any]) -> int:
    times = entry.get("times")
    return FOREVER if times is None else int(times)
