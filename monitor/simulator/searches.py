"""Which moment of the simulated web a search sees."""

from monitor.simulator.settings import Dials
from monitor.simulator.state import State

DAY = 86_400


class Searches:
    """The present, or the moment that is set; a restless one shows each further search in a day a day more.

    That lets somebody who tries the app see a change without waiting for days. What a search has seen is never
    undone by a later one.
    """

    def __init__(self, state: State, dials: Dials, *, restless: bool) -> None:
        self._state = state
        self._dials = dials
        self._restless = restless

    def world_at(self, engine: str, picture: str, now: float) -> float:
        """The moment that this new search sees; `picture` is what names it to the engine."""
        if self._dials.now.world is not None:
            return self._dials.now.world
        if not self._restless:
            return now
        row = self._state.row(
            "SELECT max(at) AS last, max(world_at) AS seen FROM search"
            " WHERE engine = ? AND picture = ? AND at <= ?",
            *(engine, picture, now),
        )
        moment = now
        if row and row["last"] is not None:
            moment = max(now, row["seen"]) + (DAY if row["last"] > now - DAY else 0)
        self._state.run(
            "INSERT INTO search (engine, picture, at, world_at) VALUES (?, ?, ?, ?)",
            *(engine, picture, now, moment),
        )
        return moment
