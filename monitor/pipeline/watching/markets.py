"""Where a collection looks, between what people choose and the settings that engines are asked with.

Settings hold only what changes the answer; what is not set is left out, so that the same choice is the same target.
"""

from collections.abc import Iterable, Mapping, Sequence

from accounts.models import Workspace
from accounts.places import countries, languages
from monitor.forms.markets import AT_COORDINATE
from monitor.models import Location, Market, Provider
from monitor.models.markets import YANDEX_PAGES
from monitor.pipeline.watching import places
from monitor.pipeline.watching.country_codes import BUILT_IN
from monitor.providers.dataforseo import rules as google_rules
from monitor.providers.yandex import rules as yandex_rules

Settings = dict[str, object]

FAMILY_MODES = {"none": "Show all", "moderate": "Moderate", "strict": "Strict"}
DEFAULT_FAMILY_MODE = "moderate"
GOOGLE_OPTIONS = ("se_domain", "search_param", "max_crawl_pages")
HIGH = "high"
# What the form asks for; whatever else stands in settings is left alone.
ASKED = frozenset({*google_rules.RULES, *yandex_rules.RULES, "priority", "pages", "by_address"})


def google(rows: Iterable[Mapping[str, object]]) -> list[Settings]:
    """The settings of each row of a valid form that names a place on Google, each once."""
    codes = places.country_codes()
    found: list[Settings] = []
    for row in rows:
        settings = {**_where(row, codes), "language_code": row["language"], **_set(row, GOOGLE_OPTIONS)}
        if row.get("is_high"):
            settings["priority"] = HIGH
        if settings not in found:
            found.append(settings)
    return found


def yandex(data: Mapping[str, object]) -> Settings:
    """The settings of a market on Yandex, of a valid form."""
    return {
        "pages": data["pages"],
        "family_mode": data["family_mode"],
        **_set(data, ("site", "by_address")),
    }


def google_rows(markets: Iterable[Market]) -> list[Settings]:
    """What the form shows of each market on Google."""
    asked = [market.settings for market in markets if market.provider == Provider.DATAFORSEO]
    known = _locations(asked)
    isos = {code: country for country, code in places.country_codes().items()}
    return [{**_shown_place(settings, known, isos), **_shown_options(settings)} for settings in asked]


def default_google_row(workspace: Workspace) -> Settings:
    """The workspace's own country and language."""
    return {"country": workspace.country, "language": workspace.language}


def yandex_initial(markets: Iterable[Market]) -> Settings:
    """What the form shows of the market on Yandex, if there is one."""
    settings = next((market.settings for market in markets if market.provider == Provider.YANDEX), None)
    chosen = settings or {}
    return {
        "yandex": settings is not None,
        "pages": chosen.get("pages", YANDEX_PAGES),
        "family_mode": chosen.get("family_mode", DEFAULT_FAMILY_MODE),
        "site": chosen.get("site", ""),
        "by_address": chosen.get("by_address", False),
    }


def in_words(market: Market) -> str:
    """ "France, French; high priority" or "2 pages, family filter: moderate; only on example.com"."""
    return all_in_words([market])[0]


def all_in_words(markets: Sequence[Market]) -> list[str]:
    """Each of them, with one look at the list of places."""
    known = _locations([market.settings for market in markets])
    return [
        _yandex_words(market.settings)
        if market.provider == Provider.YANDEX
        else _google_words(market.settings, known)
        for market in markets
    ]


def _where(row: Mapping[str, object], codes: Mapping[str, int]) -> Settings:
    if row["country"] == AT_COORDINATE:
        return {"location_coordinate": row["coordinate"]}
    if isinstance(place := row.get("place"), Location):
        return {"location_code": place.code}
    return {"location_code": codes[str(row["country"])]}


def _set(row: Mapping[str, object], names: Iterable[str]) -> Settings:
    return {name: value for name in names if (value := row.get(name))}


def _locations(asked: Iterable[Settings]) -> dict[object, Location]:
    """The places that are asked from by their codes, as far as the list knows them."""
    named = (settings.get("location_code") for settings in asked)
    codes = {code for code in named if isinstance(code, int)}
    return {place.code: place for place in Location.objects.filter(code__in=codes)} if codes else {}


def _shown_place(settings: Settings, known: Mapping[object, Location], isos: Mapping[int, str]) -> Settings:
    if settings.get("location_coordinate"):
        return {"country": AT_COORDINATE, "coordinate": settings["location_coordinate"]}
    code = settings.get("location_code", 0)
    if country := isos.get(code if isinstance(code, int) else 0):
        return {"country": country}
    place = known.get(code) or Location.objects.called(str(settings.get("location_name", ""))).first()
    return {"country": place.country, "place": str(place)} if place else {"country": ""}


def _shown_options(settings: Settings) -> Settings:
    shown = {"language": settings.get("language_code", ""), "is_high": settings.get("priority") == HIGH}
    return {**shown, **_set(settings, GOOGLE_OPTIONS)}


def _google_words(settings: Settings, known: Mapping[object, Location]) -> str:
    language = str(settings.get("language_code") or settings.get("language_name") or "")
    spoken = dict(languages()).get(language) or dict(places.google_languages()).get(language, language)
    pages = settings.get("max_crawl_pages")
    options = (
        settings.get("se_domain"),
        f"parameters {settings['search_param']}" if settings.get("search_param") else "",
        f"{pages} page{'' if pages == 1 else 's'} crawled" if pages else "",
        "high priority" if settings.get("priority") == HIGH else "",
    )
    where = ", ".join(filter(None, (_place_words(settings, known), spoken)))
    return "; ".join(str(part) for part in (where, *options) if part)


def _place_words(settings: Settings, known: Mapping[object, Location]) -> str:
    if coordinate := settings.get("location_coordinate"):
        return f"at {str(coordinate).replace(',', ', ')}"
    code = settings.get("location_code")
    country = next((iso for iso, number in BUILT_IN.items() if number == code), "")
    if name := dict(countries()).get(country):
        return name
    return str(known.get(code) or settings.get("location_name") or f"place {code}")


def _yandex_words(settings: Settings) -> str:
    pages = settings.get("pages", YANDEX_PAGES)
    mode = FAMILY_MODES.get(str(settings.get("family_mode", DEFAULT_FAMILY_MODE)), "")
    options = (
        f"only on {settings['site']}" if settings.get("site") else "",
        "asked by address" if settings.get("by_address") else "",
    )
    words = f"{pages} page{'' if pages == 1 else 's'}, family filter: {mode.lower()}"
    return "; ".join(part for part in (words, *options) if part)
