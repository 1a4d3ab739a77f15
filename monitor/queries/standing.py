"""Where each match of an image stands now: its ranks by engine, or how long it has been missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor import diffing
from monitor.queries.engines import ENGINES
from monitor.queries.timeline import Asked


@dataclass(frozen=True, kw_only=True)
class Place:
    """A rank on an engine now; `up` is the ranks gained since the search before, None when it was not in it."""

    engine: str
    rank: int
    up: int | None

    @property
    def was(self) -> int | None:
        """The rank in the search before."""
        return None if self.up is None else self.rank + self.up

    @property
    def short(self) -> str:
        """ "G 4"."""
        return f"{self.engine[0].upper()} {self.rank}"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Google's place before Yandex's; `missing` is "missing 1 of 2" when the newest answers lack the match."""

    places: Sequence[Place] = ()
    missing: str = ""

    @property
    def best(self) -> int:
        return min((place.rank for place in self.places), default=10_000)


NOWHERE = Standing()


def standings(answers: Sequence[Asked]) -> dict[int, Standing]:
    """For each match that the latest answers (newest first by target) hold."""
    by_target: dict[int, list[Asked]] = {}
    for asked in answers:
        by_target.setdefault(asked.search.target_id, []).append(asked)
    targets = [Target.of(rows) for rows in by_target.values()]
    matches = {match for asked in answers for match in asked.seen}
    return {match: _standing(match, targets) for match in matches}


@dataclass(frozen=True, kw_only=True)
class Target:
    """The latest answers of one target, newest first."""

    engine: str
    answers: Sequence[diffing.Answer]
    known: frozenset[int]

    @classmethod
    def of(cls, rows: Sequence[Asked]) -> "Target":
        answers = [answer for row in rows if (answer := row.sweep.answer)]
        known = frozenset(match for answer in answers for match in answer.ranks)
        return cls(engine=rows[0].engine, answers=answers, known=known)

    def place(self, match: int) -> Place | None:
        rank = self.answers[0].ranks.get(match)
        if rank is None:
            return None
        before: Mapping[int, int] = self.answers[1].ranks if len(self.answers) > 1 else {}
        return Place(engine=self.engine, rank=rank, up=before[match] - rank if match in before else None)


def _standing(match: int, targets: Sequence[Target]) -> Standing:
    told = [target for target in targets if match in target.known]
    places = [place for target in told if (place := target.place(match))]
    if not places:
        return Standing(missing=_missing(match, told))
    best = {place.engine: place for place in sorted(places, key=lambda place: -place.rank)}
    return Standing(places=[best[engine] for engine in ENGINES if engine in best])


def _missing(match: int, targets: Sequence[Target]) -> str:
    gaps = [gap for target in targets if (gap := diffing.absence(match, target.answers))]
    least = min(gaps, key=lambda gap: gap.misses / gap.needed)
    return in_words(least.misses, least.needed)


def in_words(misses: int, needed: int) -> str:
    """ "missing 1 of 2": not seen in one of the two answers after which it counts as gone."""
    return f"missing {min(misses, needed)} of {needed}"
