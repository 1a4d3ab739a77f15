"""How often a person hears of each collection, and what the unsubscribe page may set."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from monitor.models import Collection, Follow


class FrequenciesForm(forms.Form):
    """One choice for each collection of a workspace; `chosen` has the present ones by the collection's id."""

    def __init__(
        self, data: Mapping[str, Any] | None, collections: Sequence[Collection], chosen: Mapping[int, str]
    ) -> None:
        super().__init__(data)
        self.collections = collections
        for collection in collections:
            self.fields[_name(collection)] = forms.ChoiceField(
                label=collection.name, choices=Follow.Frequency.choices, initial=chosen[collection.pk]
            )

    def changed(self) -> list[tuple[Collection, str]]:
        """The collections whose choice is another one now, with it; valid forms only."""
        names = [(collection, _name(collection)) for collection in self.collections]
        return [
            (collection, self.cleaned_data[name]) for collection, name in names if name in self.changed_data
        ]


class FrequencyForm(forms.Form):
    """What the unsubscribe page sends; a mail program's one-click request names no frequency and means never."""

    frequency = forms.ChoiceField(choices=Follow.Frequency.choices, required=False)

    def wanted(self) -> str:
        """The frequency to set; anything unreadable means never, too."""
        return self.cleaned_data.get("frequency") or Follow.Frequency.OFF.value


def _name(collection: Collection) -> str:
    return f"collection-{collection.pk}"
