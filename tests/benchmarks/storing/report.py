"""What was measured: one line a figure, a ratio to what it stands beside, and its target at the end."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measurement; `is_met` is None where there is no target."""

    name: str
    ours: str
    reference: str = ""
    ratio: float | None = None
    target: str = ""
    is_met: bool | None = None


def at_least(name: str, ours: str, reference: str, ratio: float, least: float) -> Figure:
    """A figure whose ratio must reach `least`."""
    return Figure(
        name=name, ours=ours, reference=reference, ratio=ratio, target=f">= {least:g}", is_met=ratio >= least
    )


def at_most(name: str, ours: str, reference: str, ratio: float, most: float) -> Figure:
    """A figure whose ratio must stay within `most`."""
    return Figure(
        name=name, ours=ours, reference=reference, ratio=ratio, target=f"<= {most:g}", is_met=ratio <= most
    )


def limited(name: str, value: float, most: float, unit: str) -> Figure:
    """A figure that must itself stay within `most`."""
    return Figure(name=name, ours=f"{value:,.1f} {unit}", target=f"<= {most:g} {unit}", is_met=value <= most)


def table(figures: Sequence[Figure]) -> str:
    """All figures with their targets, for people."""
    words = {True: "met", False: "MISSED", None: ""}
    lines = [f"{'':<50}{'ours':>16}{'beside':>16}{'ratio':>8}  {'target':<11}"]
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        lines.append(
            f"{figure.name:<50}{figure.ours:>16}{figure.reference:>16}{ratio:>8}  "
            f"{figure.target:<11} {words[figure.is_met]}"
        )
    return "\n".join(lines)


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def alternate(rounds: int, *works: Callable[[], object]) -> list[float]:
    """The median of each in milliseconds, over rounds in which each has its turn; the first round fills caches."""
    taken = [[seconds(work) * 1000 for work in works] for _ in range(rounds + 1)]
    return [median(column) for column in zip(*taken[1:], strict=True)]


def ms(value: float) -> str:
    """Milliseconds for people."""
    return f"{value:,.2f} ms"
