"""What another strictness would change: in figures, and some of the pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.models import Workspace
from monitor.forms.strictness import LEVELS, Level, nearest
from monitor.models import Match
from monitor.queries.confirmed import Confirmed, confirmed
from monitor.queries.found import NONE, FoundPicture, pictures_of
from monitor.verification import Label, label_for

COPIES = ("exact", "modified", "probable")
SHOWN = 12
BECOMES = {
    "exact": "an exact copy,exact copies",
    "modified": "a modified copy,modified copies",
    "probable": "only a probable copy,only probable copies",
}


@dataclass(frozen=True, kw_only=True)
class Example:
    """A match that would become something else."""

    match: Match
    picture: FoundPicture
    verdict: str


@dataclass(frozen=True, kw_only=True)
class StrictnessPage:
    """The levels, the one that holds, the one that is looked at, and what it would change."""

    now: Level
    wanted: Level
    effects: Sequence[str]
    examples: Sequence[Example]
    confirmed: Confirmed

    @property
    def levels(self) -> Sequence[Level]:
        return LEVELS


def strictness_page(
    workspace: Workspace, now: float, wanted: Level, changed: Mapping[tuple[str, str], int]
) -> StrictnessPage:
    """`changed` has the number of matches by what they are and would be; four queries."""
    return StrictnessPage(
        now=nearest(now),
        wanted=wanted,
        effects=effects(changed),
        examples=_examples(workspace, wanted.score) if changed else [],
        confirmed=confirmed(workspace),
    )


def effects(changed: Mapping[tuple[str, str], int]) -> list[str]:
    """ "12 matches would become only probable copies", the largest figure first."""
    sums: dict[str, int] = {}
    for (_, new), n in changed.items():
        sums[new] = sums.get(new, 0) + n
    ordered = sorted(sums.items(), key=lambda each: -each[1])
    return [_effect(new, n) for new, n in ordered]


def _effect(new: str, n: int) -> str:
    one, many = BECOMES.get(new, f"{new},{new}").split(",")
    return f"{n:,} {'match' if n == 1 else 'matches'} would become {one if n == 1 else many}"


def _examples(workspace: Workspace, score: float) -> list[Example]:
    """Of those that change, the newest."""
    live = Match.objects.filter(workspace=workspace, verdict__in=COPIES, score__isnull=False).live()
    changing = live.filter(score__lt=score).exclude(verdict="probable") | live.filter(
        verdict="probable", score__gte=score
    )
    newest = changing.select_related("domain", "watched_image").order_by("-first_seen_at", "-pk")
    matches = list(newest[:SHOWN])
    pictures = pictures_of(match.pk for match in matches)
    return [
        Example(
            match=match,
            picture=pictures.get(match.pk, FoundPicture(reason=NONE)),
            verdict=label_for(Label(match.verdict), match.score or 0.0, score),
        )
        for match in matches
    ]
