"""The form of a collection: its name, when it runs, and where it looks."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.places import Choice
from monitor import cadence
from monitor.cadence.plans import WEEKDAYS
from monitor.forms.markets import MAX_COUNTRIES, GoogleRows, YandexForm
from monitor.models import Collection, Follow

KINDS = {
    "daily": "Daily",
    "weekdays": "Monday to Friday",
    "weekly": "Weekly",
    "twice_weekly": "Twice a week",
    "monthly": "Monthly",
    "custom": "By a cron line",
}
DAYS = [(number, name) for number, name in enumerate(WEEKDAYS, 1)]
MONTH_DAYS = [*((day, str(day)) for day in range(1, 32)), (cadence.LAST_DAY, "Last day")]
NOWHERE = "A collection looks in at least one place: choose a country on Google, or Yandex."
TOO_ODD = f"A country on Google is not understood. Choose at most {MAX_COUNTRIES}, each from the list."
LOOK_AGAIN = "Something about Google is not in order yet. It is said beside the field."
TAKEN = "There is a collection of this name already. Choose another name."


class CollectionForm(YandexForm):
    """`google` is the form set of places on Google; `cadence` in the cleaned data is the cron line."""

    name = forms.CharField(max_length=100)
    is_active = forms.BooleanField(
        label="Run by schedule", required=False, initial=True,
        help_text="Otherwise the collection is paused; “Run now” still works.",
    )  # fmt: skip
    kind = forms.ChoiceField(label="How often", choices=list(KINDS.items()))
    at = forms.TimeField(label="Time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    weekday = forms.TypedChoiceField(label="Day", choices=DAYS, coerce=int)
    second_weekday = forms.TypedChoiceField(label="Second day", choices=DAYS, coerce=int, initial=4)
    month_day = forms.TypedChoiceField(label="Day of the month", choices=MONTH_DAYS, coerce=int)
    cron = forms.CharField(
        label="Cron line", required=False, max_length=100,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off", "placeholder": "0 5 * * 1"}),
        help_text="Minute, hour, day of the month, month, day of the week; at most once an hour.",
    )  # fmt: skip

    def __init__(
        self,
        data: Any,
        *,
        initial: Mapping[str, Any],
        rows: Sequence[Mapping[str, object]],
        others: QuerySet[Collection],
        countries: Sequence[Choice],
        languages: Sequence[Choice],
        family_modes: Mapping[str, str],
    ) -> None:
        super().__init__(data, initial={**initial}, family_modes=family_modes)
        self.others = others
        offered = {"countries": countries, "languages": languages}
        self.google = GoogleRows(data, initial=rows, prefix="google", form_kwargs=offered)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.others.filter(name=name).exists():
            raise forms.ValidationError(TAKEN)
        return name

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not self.errors:
            self._set_cadence(data)
        if not self.google.is_valid():
            self.add_error(None, LOOK_AGAIN if self._has_all_countries else TOO_ODD)
        elif not (self.places or data.get("yandex")):
            self.add_error(None, NOWHERE)
        return data

    @property
    def places(self) -> list[dict[str, Any]]:
        """The rows that name a place on Google; for valid forms."""
        rows = [form.cleaned_data for form in self.google.forms if form.is_valid()]
        return [row for row in rows if row.get("country")]

    @property
    def _has_all_countries(self) -> bool:
        """Whether each row's country and language were understood, so that it tells itself what is wrong."""
        odd = [form for form in self.google.forms if form["country"].errors or form["language"].errors]
        return not (odd or self.google.non_form_errors())

    def _set_cadence(self, data: dict[str, Any]) -> None:
        days = {
            "weekly": (data["weekday"],),
            "twice_weekly": (data["weekday"], data["second_weekday"]),
            "monthly": (data["month_day"],),
        }.get(data["kind"], ())
        plan = cadence.Plan(
            kind=data["kind"], days=days, hour=data["at"].hour, minute=data["at"].minute, cron=data["cron"]
        )
        try:
            data["cadence"] = cadence.to_cron(plan)
            cadence.validate(data["cadence"])
        except cadence.CadenceError as error:
            self.add_error("cron" if plan.kind == "custom" else "kind", error.sentence)


def cadence_initial(cron: str) -> dict[str, Any]:
    """A cron line as the form's fields show it."""
    plan = cadence.from_cron(cron)
    initial: dict[str, Any] = {"kind": plan.kind, "at": time(plan.hour, plan.minute), "cron": plan.cron}
    if plan.kind == "monthly":
        initial["month_day"] = plan.days[0]
    elif plan.days:
        initial["weekday"], initial["second_weekday"] = plan.days[0], plan.days[-1]
        if plan.kind == "weekly":
            del initial["second_weekday"]
    return initial


class FollowForm(forms.Form):
    """How often a person wants mail about a collection."""

    frequency = forms.ChoiceField(label="E-mail with new matches", choices=Follow.Frequency.choices)
