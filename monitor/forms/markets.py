"""Where a collection looks: a row for each place on Google, and the one on Yandex."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet

from accounts.places import Choice
from monitor.models import Location
from monitor.providers.dataforseo import rules as google_rules
from monitor.providers.yandex import rules as yandex_rules

MAX_COUNTRIES = 10
AT_COORDINATE = "coordinate"  # stands among the countries
NO_LIST = "The list of places is not here yet. Leave this empty, and the whole country counts."
NO_PLACE = "There is no place of this name in the chosen country."
NOT_BOTH = "Clear the place, or choose its country instead of “At a coordinate”."
NO_COORDINATE = "Enter the coordinate, or choose a country."
WANTS_COUNTRY = "To search here choose “At a coordinate” as the country. Otherwise clear this."
MAX_SUGGESTED = 3


def exact_field(label: str, example: str, help_text: str, *, longest: int | None = 60) -> forms.CharField:
    """For what a provider wants to the letter: shown with an example, and no word for a spelling checker."""
    widget = forms.TextInput(attrs={"placeholder": example, "spellcheck": "false"})
    return forms.CharField(
        label=label, required=False, max_length=longest, widget=widget, help_text=help_text
    )


class WithOptions(forms.Form):
    """A form some of whose fields are folded away until they are needed."""

    options: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether any of the further options is set, or is not in order."""
        return any(self[name].value() or self[name].errors for name in self.options)


class GoogleForm(WithOptions):
    """One place on Google; without a country the row counts for nothing. `place` becomes a Location or None."""

    country = forms.ChoiceField(required=False)
    language = forms.ChoiceField(initial="en")
    place = forms.CharField(
        label="Exact place", required=False, max_length=200,
        help_text="A city, region or postcode of the country; begin to type its name.",
    )  # fmt: skip
    coordinate = exact_field(
        "Coordinate", "53.476225,-2.243572,200", "Latitude, longitude, and a radius from 199.9 to 199999 mm."
    )
    se_domain = exact_field("Google domain", "google.co.uk", "Otherwise the one of the country.")
    search_param = exact_field(
        "Extra Google parameters", "tbs=qdr:m", "Handed on to Google as they are.", longest=None
    )
    max_crawl_pages = forms.IntegerField(
        label="Pages to crawl", required=False, min_value=1, max_value=google_rules.MAX_CRAWL_PAGES,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), google_rules.BAD_PAGES),
        help_text="1 to 100. More pages may bring more results.",
    )  # fmt: skip
    is_high = forms.BooleanField(
        label="High priority", required=False,
        help_text="Answered in about a minute instead of five, at twice the price.",
    )  # fmt: skip

    options = ("place", "coordinate", "se_domain", "search_param", "max_crawl_pages", "is_high")

    def __init__(
        self, *args: Any, countries: Sequence[Choice], languages: Sequence[Choice], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        special = [("", "Nowhere"), (AT_COORDINATE, "At a coordinate")]
        self._offer("country", [*special, *countries])
        self._offer("language", languages)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("country"):
            self._clean_place(data)
            self._hold("se_domain", data.get("se_domain", "").lower())
            self._hold("search_param", data.get("search_param", "").lstrip("?&"))
        return data

    def _offer(self, name: str, choices: Sequence[Choice]) -> None:
        """Gives a field its choices; what is chosen already is one of them, even if it is not on offer any more."""
        field, chosen = self.fields[name], self.initial.get(name)
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # as declared above
        gone = [(chosen, chosen)] if chosen and chosen not in dict(choices) else []
        field.choices = [*choices, *gone]

    def _clean_place(self, data: dict[str, Any]) -> None:
        """Exactly one of a country, a place in it, and a coordinate."""
        place, at_coordinate = data.get("place", ""), data["country"] == AT_COORDINATE
        data["place"] = None
        if at_coordinate and place:
            self.add_error("place", NOT_BOTH)
        elif at_coordinate and not data.get("coordinate"):
            self.add_error("coordinate", NO_COORDINATE)
        elif at_coordinate:
            self._hold("coordinate", "".join(data["coordinate"].split()))
        elif data.get("coordinate"):
            self.add_error("coordinate", WANTS_COUNTRY)
        elif place:
            data["place"] = self._find(place, data["country"])

    def _find(self, name: str, country: str) -> Location | None:
        there = Location.objects.within(country)
        found = there.called(name).order_by("code").first()
        if found is None:
            self.add_error("place", _not_found(list(there.starting(name)[:MAX_SUGGESTED])))
        return found

    def _hold(self, name: str, value: str) -> None:
        """Keeps a value that the provider takes, else says what it does not."""
        field = "location_coordinate" if name == "coordinate" else name
        if value and (flaw := google_rules.RULES[field](value)):
            self.add_error(name, flaw)
        else:
            self.cleaned_data[name] = value


GoogleRows: "type[BaseFormSet[GoogleForm]]" = forms.formset_factory(
    GoogleForm, extra=1, max_num=MAX_COUNTRIES, absolute_max=MAX_COUNTRIES, validate_max=True
)


class YandexForm(WithOptions):
    """Whether and how Yandex is asked."""

    yandex = forms.BooleanField(label="Search on Yandex", required=False)
    pages = forms.IntegerField(
        min_value=1, max_value=yandex_rules.MAX_PAGES,
        help_text="About 40 results each; each is paid.",
    )  # fmt: skip
    family_mode = forms.ChoiceField(label="Family filter", help_text="Yandex’s own, against adult content.")
    site = exact_field("Only one site", "example.com", "Only pages of this domain are found.", longest=253)
    by_address = forms.BooleanField(
        label="Send the public address instead of the picture", required=False,
        help_text="Yandex then fetches the picture. One without a public address is still sent.",
    )  # fmt: skip

    options = ("site", "by_address")

    def __init__(self, *args: Any, family_modes: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mode = self.fields["family_mode"]
        assert isinstance(mode, forms.ChoiceField)  # noqa: S101  # as declared above
        mode.choices = list(family_modes.items())

    def clean_site(self) -> str:
        site: str = self.cleaned_data["site"].lower()
        if site and (flaw := yandex_rules.site(site)):
            raise forms.ValidationError(flaw)
        return site


def _not_found(near: Sequence[Location]) -> str:
    if near:
        return f"{NO_PLACE} Did you mean {' or '.join(map(str, near))}?"
    return NO_PLACE if Location.objects.exists() else NO_LIST
