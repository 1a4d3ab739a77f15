"""The form over a cron line."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from monitor import cadence
from monitor.forms.collections import NOWHERE, TOO_ODD, CollectionForm, cadence_initial
from monitor.forms.markets import MAX_COUNTRIES
from monitor.models import Collection
from monitor.pipeline.watching import markets

US = {"location_code": 2840, "language_code": "en"}
COUNTRIES = [("US", "United States"), ("FR", "France")]
LANGUAGES = [("en", "English"), ("fr", "French")]
FILLED = {
    "name": "Product",
    "is_active": "on",
    "kind": "weekly",
    "at": "05:00",
    "weekday": "1",
    "second_weekday": "4",
    "month_day": "1",
    "cron": "",
    "yandex": "on",
    "pages": "2",
    "family_mode": "moderate",
    "google-TOTAL_FORMS": "2",
    "google-INITIAL_FORMS": "1",
    "google-0-country": "US",
    "google-0-language": "en",
    "google-1-country": "",
    "google-1-language": "en",
}
ROWS = [{"country": "US", "language": "en"}]


def form_of(rows: Sequence[Mapping[str, object]] = ROWS, /, **data: str) -> CollectionForm:
    sent = {key.replace("__", "-"): value for key, value in data.items()}
    return CollectionForm(
        {**FILLED, **sent},
        initial={},
        rows=rows,
        others=Collection.objects.none(),
        countries=COUNTRIES,
        languages=LANGUAGES,
        family_modes={"moderate": "Moderate"},
    )


@pytest.mark.parametrize(
    ("data", "cron"),
    [
        ({"kind": "daily", "at": "23:59"}, "59 23 * * *"),
        ({"kind": "weekdays"}, "0 5 * * 1-5"),
        ({"kind": "weekly", "weekday": "7"}, "0 5 * * 0"),
        ({"kind": "twice_weekly"}, "0 5 * * 1,4"),
        ({"kind": "monthly", "month_day": "31"}, "0 5 31 * *"),
        ({"kind": "monthly", "month_day": "-1"}, "0 5 L * *"),
        ({"kind": "custom", "cron": " 15  */6 * * * "}, "15 */6 * * *"),
    ],
)
def test_it_makes_a_cron_line_and_shows_it_again(db: None, data: dict[str, str], cron: str) -> None:
    form = form_of(**data)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["cadence"] == cron
    shown: dict[str, Any] = cadence_initial(cron)
    again = {key: str(value)[:5] if key == "at" else str(value) for key, value in shown.items()}
    second = form_of(**{**data, **again})
    assert second.is_valid(), second.errors
    assert second.cleaned_data["cadence"] == cron


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"kind": "custom", "cron": "0 5 30 2 *"}, "cron", "No date ever fits"),
        ({"kind": "custom", "cron": "every day"}, "cron", cadence.lines.FIVE_FIELDS),
        ({"kind": "custom", "cron": "*/5 * * * *"}, "cron", cadence.lines.TOO_OFTEN),
        ({"kind": "twice_weekly", "second_weekday": "1"}, "kind", "two different days"),
        ({"google__0__country": "", "yandex": ""}, "__all__", NOWHERE),
        ({"google__0__country": "XX"}, "__all__", TOO_ODD),
        ({"google__TOTAL_FORMS": "many"}, "__all__", TOO_ODD),
        ({"google__TOTAL_FORMS": "11"}, "__all__", TOO_ODD),
        ({"pages": "11"}, "pages", "less than or equal to 10"),
    ],
)
def test_it_says_what_cannot_be(db: None, data: dict[str, str], field: str, sentence: str) -> None:
    form = form_of(**data)
    assert not form.is_valid()
    assert any(sentence in error for error in form.errors[field]), form.errors


def test_each_country_and_language_counts_once(db: None) -> None:
    form = form_of(google__1__country="US")
    assert form.is_valid()
    assert markets.google(form.places) == [US]
    form = form_of(google__1__country="FR", google__1__language="fr")
    assert markets.google(form.places) == [US, {"location_code": 2250, "language_code": "fr"}]


def test_a_page_never_holds_more_rows_than_may_be_chosen(db: None) -> None:
    """Each row has hundreds of choices; a thousand of them took minutes to draw."""
    assert len(form_of(google__TOTAL_FORMS="9" * 18).google.forms) == MAX_COUNTRIES
