"""Countries, languages and time zones to choose from: the lists of the tz database and of Django."""

from functools import cache
from importlib.resources import files
from itertools import groupby
from zoneinfo import available_timezones

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError

Choice = tuple[str, str]

# Chinese goes by its script, and the engines name the scripts so.
CHINESE = {"zh-CN": "zh-hans", "zh-TW": "zh-hant"}


@cache
def countries() -> list[Choice]:
    """(ISO 3166 code, English name), by name."""
    return sorted(((row[0], row[1]) for row in _table("iso3166.tab")), key=lambda choice: choice[1])


@cache
def languages() -> list[Choice]:
    """(ISO 639 code, English name), by name."""
    plain = {code: code for code in LANG_INFO if "-" not in code}
    named = {code: LANG_INFO[source]["name"] for code, source in {**plain, **CHINESE}.items()}
    return sorted(named.items(), key=lambda choice: choice[1])


@cache
def time_zones() -> list[tuple[str, list[Choice]]]:
    """(region, [(zone, place)]) for a select with groups; UTC stands first."""
    names = sorted(row[2] for row in _table("zone.tab"))
    grouped = groupby(names, key=lambda name: name.partition("/")[0])
    return [
        ("Universal", [("UTC", "UTC")]),
        *((region, [(name, _place(name)) for name in zones]) for region, zones in grouped),
    ]


def validate_time_zone(name: str) -> None:
    """Refuses a name that no clock goes by; every page of a workspace depends on its clock."""
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Enter it like Europe/Berlin.")


def _place(zone: str) -> str:
    return zone.partition("/")[2].replace("_", " ").replace("/", ", ")


def _table(name: str) -> list[list[str]]:
    text = files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
