"""How sure a workspace wants to be, in levels with names."""

from dataclasses import dataclass

from django import forms

from monitor.verification import STRICT


@dataclass(frozen=True, kw_only=True)
class Level:
    """A strictness in words; `score` (0 to 1) is where copies begin."""

    key: str
    name: str
    meaning: str
    score: float


LEVELS = (
    Level(
        key="strictest",
        name="Very strict",
        meaning="Mails tell of hardly anything but true copies; of heavily changed ones they do not.",
        score=0.9,
    ),
    Level(
        key="strict",
        name="Strict",
        meaning="The usual choice. When it was measured, 995 of 1,000 called copies were true ones.",
        score=STRICT,
    ),
    Level(
        key="wide",
        name="Wide",
        meaning="Mails tell of more changed copies, and now and then of something that is none.",
        score=0.65,
    ),
    Level(
        key="widest",
        name="Very wide",
        meaning="All that may be a copy counts as one; expect to sort some out.",
        score=0.5,
    ),
)


def nearest(score: float) -> Level:
    """The level of a strictness."""
    return min(LEVELS, key=lambda level: abs(level.score - score))


class StrictnessForm(forms.Form):
    """One of LEVELS."""

    level = forms.ChoiceField(
        label="How sure to be",
        choices=[(level.key, level.name) for level in LEVELS],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose one of the levels. Nothing was changed."
        ),
    )

    @property
    def chosen(self) -> Level:
        """Of a valid form."""
        return next(level for level in LEVELS if level.key == self.cleaned_data["level"])
