"""Where Google can be asked from, and in which languages: the provider's lists, fetched once a month.

Until they are here, the built-in codes of the countries count.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from django.core.cache import cache
from django.db import connection, transaction

from accounts.places import Choice, countries, languages
from monitor.models import Language, Location, Market, Provider
from monitor.pipeline import engines
from monitor.pipeline.engines import holds
from monitor.pipeline.watching.country_codes import BUILT_IN, UNITED_STATES
from monitor.providers.base import ProviderError
from monitor.providers.dataforseo import DataForSEO
from monitor.providers.dataforseo.rows import Language as Tongue
from monitor.providers.dataforseo.rows import Place

FRESH_FOR = timedelta(days=30)
TRY_AGAIN_AFTER = timedelta(hours=1)
BATCH = 5_000
MAX_NAME, MAX_KIND, MAX_CODE = 200, 40, 10
PLACE_COLUMNS = {"code": "int", "name": "text", "country": "text", "kind": "text"}
TONGUE_COLUMNS = {"code": "text", "name": "text"}

Row = TypeVar("Row")


def refresh_places(at: datetime) -> bool:
    """Fetches one of the lists that is missing or a month old; whether it did. The calls are free.

    One a minute, so that no round takes long. A failure is kept to itself: it is tried again an hour later, by one
    process of all.
    """
    usable = (account for account in engines.accounts(Provider.DATAFORSEO) if engines.is_usable(account))
    account = next(usable, None)
    if account is None:
        return False
    for call, fetch in (("locations", _fetch_places), ("languages", _fetch_languages)):
        key = f"{call}:{account.name}"
        if cache.add(key, at.isoformat(), TRY_AGAIN_AFTER.total_seconds()):
            try:
                with holds.asking(account, call, at):
                    keep = fetch(engines.dataforseo(is_simulated=account.is_simulated))
            except ProviderError:
                return False
            keep()
            cache.set(key, at.isoformat(), FRESH_FOR.total_seconds())
            return True
    return False


def _fetch_places(client: DataForSEO) -> Callable[[], None]:
    return partial(keep_places, client.locations())


def _fetch_languages(client: DataForSEO) -> Callable[[], None]:
    return partial(keep_languages, client.languages())


@transaction.atomic
def keep_places(found: Sequence[Place]) -> None:
    """Makes the kept list what was fetched; an empty one is none. What a market uses stays."""
    places = {place.code: place for place in found if len(place.name) <= MAX_NAME}
    if places:
        rows = [(one.code, one.name, one.country, one.kind[:MAX_KIND]) for one in places.values()]
        _upsert("monitor_location", PLACE_COLUMNS, rows)
        _remove_but({*places, *_used("location_code")})


@transaction.atomic
def keep_languages(found: Sequence[Tongue]) -> None:
    """The same for languages."""
    spoken = {tongue.code: tongue for tongue in found if len(tongue.code) <= MAX_CODE}
    if spoken:
        _upsert("monitor_language", TONGUE_COLUMNS, [(one.code, one.name) for one in spoken.values()])
        Language.objects.exclude(code__in={*spoken, *_used("language_code")}).delete()


def country_codes() -> Mapping[str, int]:
    """The code of each country that Google can be asked from, by its ISO 3166 letters."""
    return dict(Location.objects.countries().values_list("country", "code")) or BUILT_IN


def location_code(country: str) -> int:
    """The code of a country by its ISO 3166 letters; the United States where the provider has no such place."""
    return country_codes().get(country.upper(), UNITED_STATES)


def google_countries() -> list[Choice]:
    """(ISO 3166 code, English name) of the countries that can be asked for."""
    known = country_codes()
    return [choice for choice in countries() if choice[0] in known]


def google_languages() -> list[Choice]:
    """(code, English name) of the languages that can be asked for."""
    return list(Language.objects.values_list("code", "name")) or languages()


def _upsert(table: str, columns: Mapping[str, str], rows: Sequence[tuple[object, ...]]) -> None:
    """Writes rows by their code, the first column; those that are as they were are left alone."""
    names = list(columns)
    other = ", ".join(names[1:])
    same = " AND ".join(f"known.{name} = fresh.{name}" for name in names)
    sql = f"""INSERT INTO {table} ({", ".join(names)})
              SELECT * FROM unnest({", ".join(f"%s::{kind}[]" for kind in columns.values())})
                  AS fresh ({", ".join(names)})
              WHERE NOT EXISTS (SELECT 1 FROM {table} AS known WHERE {same})
              ON CONFLICT (code) DO UPDATE
              SET ({other}) = ROW({", ".join(f"excluded.{name}" for name in names[1:])})"""  # noqa: S608  # our own
    with connection.cursor() as cursor:
        for batch in _batches(rows):
            cursor.execute(sql, [list(column) for column in zip(*batch, strict=True)])


def _remove_but(wanted: set[object]) -> None:
    vanished = set(Location.objects.values_list("code", flat=True)) - wanted
    for batch in _batches(sorted(vanished)):
        Location.objects.filter(code__in=batch).delete()


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _used(setting: str) -> set[object]:
    """The values of a setting of the markets on Google."""
    asked = Market.objects.filter(provider=Provider.DATAFORSEO, settings__has_key=setting)
    return set(asked.values_list(f"settings__{setting}", flat=True).distinct())
