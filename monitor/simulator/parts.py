"""The parts of one simulator that its services share."""

from dataclasses import dataclass

from monitor.simulator.clock import Clock
from monitor.simulator.fetching import Fetcher
from monitor.simulator.hooks import Hooks
from monitor.simulator.ledger import Ledger
from monitor.simulator.library import Library
from monitor.simulator.rates import Rates
from monitor.simulator.script import Script
from monitor.simulator.searches import Searches
from monitor.simulator.settings import Dials
from monitor.simulator.state import State
from monitor.simulator.tasks import Tasks
from monitor.simulator.web.pictures import Gallery


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Everything that is remembered, over one database."""

    state: State
    clock: Clock
    script: Script
    dials: Dials
    rates: Rates
    ledger: Ledger
    library: Library
    gallery: Gallery
    fetcher: Fetcher
    searches: Searches
    tasks: Tasks
    hooks: Hooks


def parts_of(state: State, *, restless: bool) -> Parts:
    """The parts over a database."""
    dials, library = Dials(state), Library(state)
    gallery = Gallery(library)
    return Parts(
        state=state,
        clock=Clock(state),
        script=Script(state),
        dials=dials,
        rates=Rates(state),
        ledger=Ledger(state),
        library=library,
        gallery=gallery,
        fetcher=Fetcher(state, library, gallery),
        searches=Searches(state, dials, restless=restless),
        tasks=Tasks(state),
        hooks=Hooks(state),
    )
