"""The further options of a market: what is taken, what it becomes, and what is said of the rest."""

import pytest

from monitor.forms import markets as forms
from monitor.models import Location, Market
from monitor.pipeline.watching import markets
from monitor.providers.dataforseo import rules
from monitor.providers.yandex.rules import BAD_SITE
from tests.factories import make_collection, make_market
from tests.forms.test_collections import US, form_of

YANDEX = {"pages": 2, "family_mode": "moderate"}


@pytest.fixture
def boston(db: None) -> Location:
    Location.objects.create(code=2840, name="United States", country="US", kind="Country")
    Location.objects.create(code=2250, name="France", country="FR", kind="Country")
    Location.objects.create(code=1002, name="Paris,Ile-de-France,France", country="FR", kind="City")
    return Location.objects.create(
        code=1001, name="Boston,Massachusetts,United States", country="US", kind="City"
    )


@pytest.mark.parametrize(
    ("data", "settings"),
    [
        ({}, US),
        ({"se_domain": " Google.co.uk "}, {**US, "se_domain": "google.co.uk"}),
        ({"search_param": "?tbs=qdr:m&gl=us"}, {**US, "search_param": "tbs=qdr:m&gl=us"}),
        ({"max_crawl_pages": "100"}, {**US, "max_crawl_pages": 100}),
        ({"is_high": "on"}, {**US, "priority": "high"}),
        ({"place": "boston, massachusetts , United states"}, {**US, "location_code": 1001}),
        (
            {"country": "coordinate", "coordinate": "42.36, -71.06, 200"},
            {"location_coordinate": "42.36,-71.06,200", "language_code": "en"},
        ),
    ],
)
def test_options_become_settings_and_are_shown_again(
    boston: Location, data: dict[str, str], settings: dict[str, object]
) -> None:
    form = form_of(**{f"google__0__{name}": value for name, value in data.items()})
    assert form.is_valid(), (form.errors, form.google.errors)
    (made,) = markets.google(form.places)
    assert made == settings
    (shown,) = markets.google_rows([Market(provider="dataforseo", settings=made)])
    sent = {f"google__0__{name}": str(value or "") for name, value in shown.items()}
    again = form_of(**sent)
    assert again.is_valid(), (again.errors, again.google.errors)
    assert markets.google(again.places) == [settings]
    assert form.google.forms[0].is_open == bool(data)
    assert not form.google.forms[1].is_open


@pytest.mark.parametrize(
    ("data", "field", "told"),
    [
        ({"se_domain": "bing.com"}, "se_domain", rules.BAD_DOMAIN),
        ({"search_param": "a b"}, "search_param", rules.BAD_PARAM),
        ({"search_param": "x" * 256}, "search_param", rules.BAD_PARAM),
        ({"max_crawl_pages": "0"}, "max_crawl_pages", rules.BAD_PAGES),
        ({"max_crawl_pages": "101"}, "max_crawl_pages", rules.BAD_PAGES),
        ({"max_crawl_pages": "some"}, "max_crawl_pages", rules.BAD_PAGES),
        ({"coordinate": "42.36,-71.06,200"}, "coordinate", forms.WANTS_COUNTRY),
        ({"country": "coordinate"}, "coordinate", forms.NO_COORDINATE),
        ({"country": "coordinate", "coordinate": "91,0,200"}, "coordinate", rules.BAD_LATITUDE),
        ({"country": "coordinate", "coordinate": "1,2,200", "place": "Boston"}, "place", forms.NOT_BOTH),
        ({"place": "Atlantis"}, "place", forms.NO_PLACE),
        ({"place": "Paris,Ile-de-France,France"}, "place", forms.NO_PLACE),
        (
            {"place": "bost"},
            "place",
            f"{forms.NO_PLACE} Did you mean Boston, Massachusetts, United States?",
        ),
    ],
)
def test_it_says_what_is_not_in_order(boston: Location, data: dict[str, str], field: str, told: str) -> None:
    form = form_of(**{f"google__0__{name}": value for name, value in data.items()})
    assert not form.is_valid()
    row = form.google.forms[0]
    assert row.errors == {field: [told]}
    assert row.is_open
    assert "It is said beside the field" in form.errors["__all__"][0]


def test_a_place_waits_for_the_list(db: None) -> None:
    form = form_of(google__0__place="Boston")
    assert form.google.forms[0].errors == {"place": [forms.NO_LIST]}


def test_a_row_without_a_country_counts_for_nothing(boston: Location) -> None:
    form = form_of(google__0__country="", google__0__place="Atlantis", google__0__coordinate="here")
    assert form.is_valid(), form.errors
    assert markets.google(form.places) == []


def test_what_is_not_on_offer_any_more_can_stay(db: None) -> None:
    rows = [{"country": "RU", "language": "tlh"}]
    form = form_of(rows, google__0__country="RU", google__0__language="tlh")
    assert form.google.forms[0].is_valid(), form.google.errors


@pytest.mark.parametrize(
    ("data", "settings"),
    [
        ({}, YANDEX),
        ({"site": " Example.com"}, {**YANDEX, "site": "example.com"}),
        ({"by_address": "on"}, {**YANDEX, "by_address": True}),
    ],
)
def test_yandex_has_options_too(db: None, data: dict[str, str], settings: dict[str, object]) -> None:
    form = form_of(**data)
    assert form.is_valid(), form.errors
    assert markets.yandex(form.cleaned_data) == settings
    assert form.is_open == bool(data)
    shown = markets.yandex_initial([Market(provider="yandex", settings=settings)])
    assert {name: value for name, value in shown.items() if value} == {"yandex": True, **settings}


@pytest.mark.parametrize("site", ["https://example.com", "example", "example.com/shop"])
def test_a_site_is_a_domain(db: None, site: str) -> None:
    form = form_of(site=site)
    assert form.errors == {"site": [BAD_SITE]}
    assert form.is_open


def test_settings_without_options_keep_their_hash(db: None) -> None:
    """What was asked before there were options is the same question still."""
    form = form_of()
    assert form.is_valid()
    collection = make_collection()
    google = make_market(collection, "dataforseo", **markets.google(form.places)[0])
    yandex = make_market(collection, "yandex", **markets.yandex(form.cleaned_data))
    assert google.settings_hash.startswith("679e590392eac1f8")
    assert yandex.settings_hash.startswith("2471a8a2ea221de5")
