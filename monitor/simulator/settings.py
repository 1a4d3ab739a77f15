"""What can be set while the simulator runs: money, limits, delays, hosts of webhooks, and how Yandex pages."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from monitor.simulator.state import State

_NAME = "settings"
# Calls a minute by the name of the call; "total" bounds them all. Yandex counts requests a second and an hour.
LIMITS: Mapping[str, int] = MappingProxyType(
    {"total": 2000, "tasks_ready": 20, "tasks_fixed": 20, "id_list": 10, "errors": 10, "status": 10}
    | {"user_data": 6, "yandex": 10, "yandex_hour": 36_000}
)
NO_LIMITS: Mapping[str, int] = MappingProxyType({})
Span = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings in force; moments are seconds since the epoch, spans are seconds from one number to another."""

    deposit: float = 1000.0
    daily_limit: float | None = None
    limits: Mapping[str, int] = field(default_factory=lambda: dict(LIMITS))
    seconds: Span = (20.0, 20.0)
    high_seconds: Span = (2.0, 2.0)
    webhook_hosts: Sequence[str] = ()
    webhook_timeout: float = 10.0
    status: str = ""
    world: float | None = None
    max_page: bool = False
    overlap: int = 0
    cbir_seconds: float | None = None


class Dials:
    """The settings, changed by name and kept in the database."""

    def __init__(self, state: State) -> None:
        self._state = state
        row = state.row("SELECT value FROM setting WHERE name = ?", _NAME)
        self.now = Settings(**json.loads(row["value"])) if row else Settings()

    def turn(self, changes: Mapping[str, Any], *, spent: float) -> None:
        """Change what is named; ValueError for an unknown name or value. `spent`: all charges up to now."""
        if unknown := next((name for name in changes if name not in _READERS), None):
            raise ValueError(f"there is no setting {unknown}")
        values = {name: _READERS[name](value) for name, value in changes.items()}
        if "balance" in values:
            values["deposit"] = values.pop("balance") + spent
        now = replace(self.now, **values)
        self._state.run(
            "REPLACE INTO setting (name, value) VALUES (?, ?)", _NAME, json.dumps(asdict(now), default=dict)
        )
        self.now = now


def _number(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0:
        return float(value)
    raise ValueError(f"{value!r} is no number from 0")


def _number_or_none(value: Any) -> float | None:
    return None if value is None else _number(value)


def _span(value: Any) -> Span:
    low, high = value if isinstance(value, list) and len(value) == 2 else (value, value)
    return _number(low), _number(high)


def _whole(value: Any) -> int:
    return int(_number(value))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(f"{value!r} is no text")


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [_text(one).lower() for one in value]
    raise ValueError(f"{value!r} is no list")


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(f"{value!r} is neither true nor false")


def _limits(value: Any) -> dict[str, int]:
    """True for those of the real services, False for none, or numbers by name."""
    if isinstance(value, dict) and value.keys() <= LIMITS.keys():
        return {**LIMITS, **{name: _whole(number) for name, number in value.items()}}
    return dict(LIMITS if _truth(value) else NO_LIMITS)


def _moment(value: Any) -> float | None:
    if value is None:
        return None
    at = datetime.fromisoformat(_text(value))
    if at.tzinfo is None:
        raise ValueError("the time has no zone")
    return at.timestamp()


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "balance": _number,
    "daily_limit": _number_or_none,
    "limits": _limits,
    "seconds": _span,
    "high_seconds": _span,
    "webhook_hosts": _texts,
    "webhook_timeout": _number,
    "status": _text,
    "world": _moment,
    "max_page": _truth,
    "overlap": _whole,
    "cbir_seconds": _number_or_none,
}
