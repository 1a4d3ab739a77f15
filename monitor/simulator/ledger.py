"""What was charged to whom: the oracle for the rule that nothing is paid twice."""

from collections import defaultdict
from collections.abc import Sequence

from monitor.simulator.state import State


class Ledger:
    """Charges in US dollars, by tag (DataForSEO) or by the caller's request id (Yandex)."""

    def __init__(self, state: State) -> None:
        self._state = state

    def charge(self, charges: Sequence[tuple[str, float]]) -> None:
        """Note charges: each a tag and an amount."""
        self._state.run_many("INSERT INTO charge (tag, amount) VALUES (?, ?)", charges)

    def charges(self) -> dict[str, list[float]]:
        """Every amount by its tag, oldest first."""
        found: defaultdict[str, list[float]] = defaultdict(list)
        for row in self._state.rows("SELECT tag, amount FROM charge ORDER BY id"):
            found[row["tag"]].append(row["amount"])
        return dict(found)

    def total(self) -> float:
        """All charges together."""
        row = self._state.row("SELECT coalesce(sum(amount), 0) AS total FROM charge")
        return round(row["total"], 6) if row else 0.0
