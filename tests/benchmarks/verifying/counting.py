"""Shares with what chance allows, and the distance that suits a rival best."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .measuring import Look

# What a rival must keep for its recall to count: people stop opening alerts below.
RIVAL_PRECISION = 0.98


@dataclass(frozen=True, kw_only=True)
class Share:
    """`part` of `whole`."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        return self.part / self.whole if self.whole else 0.0

    def interval(self, z: float = 1.96) -> tuple[float, float]:
        """Wilson's interval, by default of 95 %."""
        if not self.whole:
            return 0.0, 1.0
        count, share = self.whole, self.value
        scale = 1 + z * z / count
        middle = (share + z * z / 2 / count) / scale
        half = z * ((share * (1 - share) + z * z / 4 / count) / count) ** 0.5 / scale
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.value:6.1%} ({low:.1%}-{high:.1%})"


def share(looks: Sequence[Look], counts: Callable[[Look], bool]) -> Share:
    """How many of them count."""
    return Share(part=sum(map(counts, looks)), whole=len(looks))


def precision(looks: Sequence[Look], is_called: Callable[[Look], bool]) -> Share:
    """How many of those called copies are."""
    return share([look for look in looks if is_called(look)], lambda look: look.pair.is_copy)


def best_distance(looks: Sequence[Look], distance: Callable[[Look], int]) -> int:
    """The largest distance that keeps a rival precise on these very pairs, the best for it; -1 if none."""
    limits = range(max(map(distance, looks), default=0) + 1)
    kept = [limit for limit in limits if _precision_within(looks, distance, limit) >= RIVAL_PRECISION]
    return max(kept, default=-1)


def _precision_within(looks: Sequence[Look], distance: Callable[[Look], int], limit: int) -> float:
    return precision(looks, lambda look: distance(look) <= limit).value
