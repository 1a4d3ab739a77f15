"""The remote control of a running simulator: its clock, its faults and its ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx


class Control:
    """Speaks to the control addresses of the simulator at `url`; raises httpx.HTTPError when it is not there."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=10, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def set_clock(self, at: datetime | None) -> None:
        """The simulated time goes on from `at`; None follows the real clock again."""
        self._post("clock", {"now": at.isoformat() if at else None})

    def advance(self, seconds: float) -> None:
        self._post("advance", {"seconds": seconds})

    def set_faults(self, faults: Sequence[Mapping[str, Any]]) -> None:
        """Replaces the script of faults."""
        self._post("faults", list(faults))

    def set_seed(self, seed: int) -> None:
        """Begins the die of the script anew."""
        self._post("seed", {"seed": seed})

    def set(self, **settings: Any) -> None:
        """Changes the settings that are named."""
        self._post("settings", settings)

    def ledger(self) -> dict[str, Any]:
        """What each tag was charged."""
        answer = self._get("ledger")
        assert isinstance(answer, dict)  # noqa: S101  # the simulator is ours
        return answer

    def tasks(self) -> list[dict[str, Any]]:
        """Every paid task with its tag and how it ended."""
        return list(self._get("tasks"))

    def faults(self) -> list[dict[str, Any]]:
        """Every line of the script, with how many it met and hit."""
        return list(self._get("faults"))

    def truth(self, url: str) -> str:
        """What a found picture truly is to the watched one: exact, modified, similar, unverifiable or none."""
        return str(self._get("truth", url=url)["truth"])

    def _get(self, name: str, **query: str) -> Any:
        return self._http.get(f"/_sim/{name}", params=query).raise_for_status().json()

    def _post(self, name: str, body: object) -> None:
        self._http.post(f"/_sim/{name}", json=body).raise_for_status()
