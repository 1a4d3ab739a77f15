"""How often a person agreed that a copy is one: measured on what the people of a workspace decided."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from accounts.models import Workspace
from monitor.models import DecisionEntry

LATEST = 200
COPIES = ("exact", "modified")
CONFIRMING, REFUTING = ("allowed", "flagged"), ("not_ours",)


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """Of the last `n` (200 at most) matches that were called copies when they were decided, how many are some."""

    n: int
    confirmed: int

    @property
    def sentence(self) -> str:
        """ "Of the last 200 called copies, 198 were confirmed."; "" while nothing was decided."""
        if not self.n:
            return ""
        if self.n == 1:
            return f"The one called copy that was decided so far was {'' if self.confirmed else 'not '}confirmed."
        which = f"last {self.n}" if self.n == LATEST else f"{self.n}"
        told = "" if self.n == LATEST else " that were decided so far"
        return f"Of the {which} called copies{told}, {self.confirmed} {_were(self.confirmed)} confirmed."


def _were(n: int) -> str:
    return "was" if n == 1 else "were"


def confirmed(workspace: Workspace) -> Confirmed:
    """By the newest decision that stands of each match; one query."""
    said = DecisionEntry.objects.filter(undone_at=None, decision__in=CONFIRMING + REFUTING)
    newer = said.filter(
        Q(made_at__gt=OuterRef("made_at")) | Q(made_at=OuterRef("made_at"), pk__gt=OuterRef("pk")),
        match=OuterRef("match"),
    )
    entries = said.filter(~Exists(newer), workspace=workspace, verdict__in=COPIES).order_by("-made_at", "-pk")
    decisions = list(entries.values_list("decision", flat=True)[:LATEST])
    return Confirmed(n=len(decisions), confirmed=sum(each in CONFIRMING for each in decisions))
