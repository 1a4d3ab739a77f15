"""The script of faults in force: each line counts what it meets, and a die with a seed decides whom it hits."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from monitor.simulator.faults import OF_CALLS, OF_TASKS, Fault, read_fault
from monitor.simulator.state import State
from monitor.simulator.web import dice

Mishaps = Mapping[str, float]  # what befalls one call or task: the kinds of its faults, each with its number
SPARED: Mishaps = {}
_SEED = "seed"
_SAVE = "UPDATE script SET met = ?, hits = ?, burst_left = ? WHERE id = ?"


@dataclass(kw_only=True)
class _Line:
    """A line with its counts: `met` are those that it is about, `hits` those of them that went wrong."""

    id: int
    fault: Fault
    met: int = 0
    hits: int = 0
    burst_left: int = 0

    def meet(self, seed: int) -> bool:
        """Count one that this line is about; whether it is hit."""
        self.met += 1
        if self.met < self.fault.nth or self.hits >= self.fault.times:
            return False
        if self.burst_left:
            self.burst_left -= 1
        elif self.fault.share >= 1 or dice.chance(seed, self.id, self.met) < self.fault.share:
            self.burst_left = self.fault.burst - 1
        else:
            return False
        self.hits += 1
        return True

    def number(self, seed: int) -> float:
        """The number that goes with the present hit."""
        low, high = self.fault.low, self.fault.high
        return low if low == high else low + (high - low) * dice.chance(seed, self.id, self.met, "number")


class Script:
    """The lines in their order, and the seed of the die."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._lock = Lock()
        row = state.row("SELECT value FROM setting WHERE name = ?", _SEED)
        self._seed = int(row["value"]) if row else 0
        self._lines = [_line(row) for row in state.rows("SELECT * FROM script ORDER BY id")]

    def replace(self, script: Sequence[Any]) -> None:
        """Put `script` in the place of what was there; ValueError when a line cannot be read."""
        entries = list(script)
        if entries and isinstance(entries[0], dict) and entries[0].keys() == {"seed"}:
            self.set_seed(entries.pop(0)["seed"])
        faults = [read_fault(entry) for entry in entries]
        with self._lock, self._state.transaction():
            self._state.run("DELETE FROM script")
            for number, entry in enumerate(entries):
                self._state.run("INSERT INTO script (id, line) VALUES (?, ?)", number, json.dumps(entry))
            self._lines = [_Line(id=number, fault=fault) for number, fault in enumerate(faults)]

    def set_seed(self, seed: Any) -> None:
        """Begin the die anew; ValueError when `seed` is no whole number."""
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise ValueError("the seed must be a whole number")
        with self._lock:
            self._state.run("REPLACE INTO setting (name, value) VALUES (?, ?)", _SEED, str(seed))
            self._state.run("UPDATE script SET met = 0, hits = 0, burst_left = 0")
            self._seed = seed
            self._lines = [_Line(id=line.id, fault=line.fault) for line in self._lines]

    @property
    def is_empty(self) -> bool:
        """Whether nothing ever goes wrong."""
        return not self._lines

    def of_call(self, path: str, tags: list[str]) -> Mishaps:
        """What befalls a call as a whole; `tags` are those of its tasks."""
        return self._take(OF_CALLS, path, [tags])[0] if self._lines else SPARED

    def of_tasks(self, path: str, tags: Sequence[str], kinds: frozenset[str] = OF_TASKS) -> list[Mishaps]:
        """What of these kinds befalls each task of a call, by their tags."""
        if not self._lines:
            return [SPARED] * len(tags)
        return self._take(kinds, path, [[tag] for tag in tags])

    def counts(self) -> list[dict[str, object]]:
        """Every line with how many it has met and how many of them it has hit."""
        return [
            {**json.loads(row["line"]), "met": row["met"], "hits": row["hits"]}
            for row in self._state.rows("SELECT line, met, hits FROM script ORDER BY id")
        ]

    def _take(self, kinds: frozenset[str], path: str, tagged: Sequence[list[str]]) -> list[Mishaps]:
        with self._lock:
            lines = [line for line in self._lines if line.fault.kind in kinds]
            before = [line.met for line in lines]
            taken = [self._befall(lines, path, tags) for tags in tagged]
            for line, met in zip(lines, before, strict=True):
                if line.met != met:
                    self._state.run(_SAVE, line.met, line.hits, line.burst_left, line.id)
            return taken

    def _befall(self, lines: Sequence[_Line], path: str, tags: list[str]) -> Mishaps:
        """The first line of each group that hits; the later ones of its group wait for the next."""
        found: dict[str, float] = {}
        groups: set[str] = set()
        for line in lines:
            if line.fault.group in groups or not line.fault.is_about(path, tags):
                continue
            if line.meet(self._seed):
                groups.add(line.fault.group)
                found[line.fault.kind] = line.number(self._seed)
        return found


def _line(row: Any) -> _Line:
    fault = read_fault(json.loads(row["line"]))
    return _Line(id=row["id"], fault=fault, met=row["met"], hits=row["hits"], burst_left=row["burst_left"])
