"""What is said of a match."""

from typing import Any

from django import forms

from monitor.models import Match

CHOICES = [choice for choice in Match.Decision.choices if choice[0] != Match.Decision.OPEN]


class NoteField(forms.CharField):
    """Text whose line ends count as one letter, as they do in the browser that sends them as two."""

    def to_python(self, value: Any) -> Any:
        return super().to_python("\n".join(value.splitlines()) if isinstance(value, str) else value)


class DecisionForm(forms.Form):
    """A decision, for all of the domain when asked; lists have no note, and then it stays as it is."""

    decision = forms.ChoiceField(
        choices=CHOICES,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose Allow, Flag, Not ours or Later. Nothing was changed."
        ),
    )
    note = NoteField(
        required=False,
        max_length=1000,
        error_messages={
            "max_length": "A note has at most 1,000 letters. Nothing was changed.",
            "null_characters_not_allowed": "The note has a sign that cannot be stored. Nothing was changed.",
        },
    )
    all = forms.BooleanField(required=False)

    @property
    def note_given(self) -> str | None:
        """None where there was no field; nor is a note emptied for a whole domain."""
        note: str = self.cleaned_data["note"]
        if "note" not in self.data or (self.cleaned_data["all"] and not note):
            return None
        return note

    @property
    def sentence(self) -> str:
        """What is wrong with it."""
        return next((str(errors[0]) for errors in self.errors.values()), "")
