"""Where a collection looks, between what people choose and the settings that engines are asked with."""

from collections.abc import Iterable
from functools import cache

from accounts.models import Workspace
from accounts.places import Choice, countries, languages
from monitor.models import Market, Provider
from monitor.pipeline.places import LOCATION_CODES, location_code

COUNTRIES = {code: country for country, code in LOCATION_CODES.items()}
FAMILY_MODES = {"none": "Show all", "moderate": "Moderate", "strict": "Strict"}
DEFAULT_PAGES = 2
DEFAULT_FAMILY_MODE = "moderate"


@cache
def google_countries() -> list[Choice]:
    """(ISO 3166 code, English name) of the countries that can be asked for."""
    return [choice for choice in countries() if choice[0] in LOCATION_CODES]


def google(country: str, language: str) -> dict[str, object]:
    """The settings of a market on Google."""
    return {"location_code": location_code(country), "language_code": language}


def google_rows(markets: Iterable[Market]) -> list[dict[str, str]]:
    """Country and language of each market on Google."""
    return [
        {
            "country": COUNTRIES.get(market.settings.get("location_code", 0), ""),
            "language": str(market.settings.get("language_code", "")),
        }
        for market in markets
        if market.provider == Provider.DATAFORSEO
    ]


def default_google_row(workspace: Workspace) -> dict[str, str]:
    """The workspace's own country and language."""
    return {"country": workspace.country, "language": workspace.language}


def yandex_initial(markets: Iterable[Market]) -> dict[str, object]:
    """What the form shows of the market on Yandex, if there is one."""
    settings = next((market.settings for market in markets if market.provider == Provider.YANDEX), None)
    chosen = settings or {}
    return {
        "yandex": settings is not None,
        "pages": chosen.get("pages", DEFAULT_PAGES),
        "family_mode": chosen.get("family_mode", DEFAULT_FAMILY_MODE),
    }


def in_words(market: Market) -> str:
    """ "France, French" or "2 pages, family filter moderate"."""
    if market.provider == Provider.YANDEX:
        pages = market.settings.get("pages", DEFAULT_PAGES)
        mode = FAMILY_MODES.get(market.settings.get("family_mode", DEFAULT_FAMILY_MODE), "")
        return f"{pages} page{'' if pages == 1 else 's'}, family filter: {mode.lower()}"
    row = google_rows([market])[0]
    names = dict(countries()).get(row["country"], ""), dict(languages()).get(row["language"], "")
    return ", ".join(filter(None, names))
