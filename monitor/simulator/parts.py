"""The parts of one simulator that its services share."""

from dataclasses import dataclass

from monitor.simulator.clock import Clock
from monitor.simulator.faults import Faults
from monitor.simulator.ledger import Ledger
from monitor.simulator.library import Library
from monitor.simulator.searches import Searches
from monitor.simulator.state import State
from monitor.simulator.tasks import Tasks


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Everything that is remembered, over one database."""

    state: State
    clock: Clock
    faults: Faults
    ledger: Ledger
    library: Library
    searches: Searches
    tasks: Tasks


def parts_of(state: State, *, restless: bool) -> Parts:
    """The parts over a database."""
    return Parts(
        state=state,
        clock=Clock(state),
        faults=Faults(state),
        ledger=Ledger(state),
        library=Library(state),
        searches=Searches(state, restless=restless),
        tasks=Tasks(state),
    )
