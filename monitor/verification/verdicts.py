"""What our own look at a found picture says: label, score, what was changed, and where ours is."""

from dataclasses import dataclass
from enum import StrEnum

# Below it a copy is only probable and alerts nobody; measured to keep 99.5 % of those above it true.
STRICT = 0.78


class Label(StrEnum):
    """How a found picture stands to the watched one."""

    EXACT = "exact"
    MODIFIED = "modified"
    PROBABLE = "probable"
    SIMILAR = "similar"
    UNVERIFIABLE = "unverifiable"


class ChangeKind(StrEnum):
    """What was done to a copy."""

    MIRRORED = "mirrored"
    ROTATED = "rotated"
    STRETCHED = "stretched"
    CROPPED = "cropped"
    RECOLOURED = "recoloured"
    BLURRED = "blurred"
    TEXT = "text"
    LOGO = "logo"
    FRAMED = "framed"
    PART = "part"
    SMALL = "small"


@dataclass(frozen=True)
class Change:
    """One change: `share` of ours that is left (cropped), `degrees` clockwise (rotated), `where` it is."""

    kind: ChangeKind
    share: float | None = None
    degrees: int | None = None
    where: str = ""

    def as_json(self) -> dict[str, str | float | int]:
        """Only the members that are set."""
        members: dict[str, str | float | int | None] = {
            "kind": self.kind.value,
            "share": self.share,
            "degrees": self.degrees,
            "where": self.where or None,
        }
        return {name: value for name, value in members.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where ours is: its four corners, clockwise from its top left, as fractions of the candidate's size.

    They lie outside 0 to 1 where ours was cropped.
    """

    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The label at the usual strictness, the score (0 to 1) and what was seen; no placement without a copy."""

    label: Label
    score: float
    method_version: int
    changes: tuple[Change, ...] = ()
    visible_share: float | None = None
    placement: Placement | None = None


def label_for(label: Label, score: float, strictness: float) -> Label:
    """The label of a stored verdict at another strictness: copies below it are probable.

    A probable copy that is strict enough becomes modified: only a look at the pictures can call it exact.
    """
    if label in (Label.EXACT, Label.MODIFIED):
        return label if score >= strictness else Label.PROBABLE
    if label is Label.PROBABLE and score >= strictness:
        return Label.MODIFIED
    return label
