"""The control addresses of the simulator, for this machine alone; `monitor.simulator` says what they take."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from monitor.simulator.parts import Parts
from monitor.simulator.web.addresses import truth_of
from monitor.simulator.wire import Request, Response, json_response, read_json

PREFIX = "/_sim/"


class Steering:
    """Carries out what is sent to an address under /_sim/."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._orders: Mapping[str, Callable[[Any], None]] = {
            "clock": self._clock,
            "advance": self._advance,
            "faults": self._faults,
            "seed": self._seed,
            "settings": self._settings,
        }
        self._reports: Mapping[str, Callable[[], object]] = {
            "ledger": self._ledger,
            "tasks": self._parts.tasks.rows,
            "faults": self._parts.script.counts,
            "settings": lambda: asdict(self._parts.dials.now),
        }

    def answer(self, request: Request) -> Response:
        """A report, or what became of an order."""
        name = request.path.removeprefix(PREFIX)
        if request.method == "GET" and name == "truth":
            return json_response({"truth": truth_of(request.query.get("url", ""))})
        if request.method == "GET" and name in self._reports:
            return json_response(self._reports[name]())
        if request.method != "POST" or name not in self._orders:
            return json_response({"error": "There is no such control."}, 404)
        try:
            self._orders[name](read_json(request.body))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            return json_response({"error": f"This cannot be done: {error}"}, 400)
        return json_response({"now": self._parts.clock.now()})

    def _clock(self, body: Any) -> None:
        at = None if body["now"] is None else datetime.fromisoformat(body["now"])
        if at and at.tzinfo is None:
            raise ValueError("the time has no zone")
        self._parts.clock.set(at)

    def _advance(self, body: Any) -> None:
        self._parts.clock.advance(float(body["seconds"]))

    def _faults(self, body: Any) -> None:
        if not isinstance(body, list):
            raise ValueError("the script is no list")
        self._parts.script.replace(body)

    def _seed(self, body: Any) -> None:
        self._parts.script.set_seed(body["seed"])

    def _settings(self, body: Any) -> None:
        self._parts.dials.turn(dict(body), spent=self._parts.tasks.spent)

    def _ledger(self) -> dict[str, object]:
        parts = self._parts
        return {
            "charges": parts.ledger.charges(),
            "total": parts.ledger.total(),
            "tasks": parts.tasks.count(),
            "foreign_collected": sum(task.collected_at is not None for task in parts.tasks.foreign()),
            "webhooks": parts.hooks.counts(),
        }
