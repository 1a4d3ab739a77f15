"""Google's places and languages as DataForSEO lists them: all countries, and a part of the rest.

Codes of countries and of the states of America are the real ones; those of other places have their form.
"""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from monitor.simulator.dataforseo.codes import INVALID_FIELD
from monitor.simulator.dataforseo.envelope import Row, task_row
from monitor.simulator.dataforseo.paths import LANGUAGES, LOCATIONS
from monitor.simulator.parts import Parts
from monitor.simulator.tasks import new_id

COUNTRIES = range(2000, 3000)
_FILE = Path(__file__).with_name("places.csv")
_LANGUAGES = """
    af Afrikaans|sq Albanian|ar Arabic|hy Armenian|az Azerbaijani|eu Basque|be Belarusian|bn Bengali|bs Bosnian
    bg Bulgarian|ca Catalan|zh-CN Chinese (Simplified)|zh-TW Chinese (Traditional)|hr Croatian|cs Czech|da Danish
    nl Dutch|en English|et Estonian|fil Filipino|fi Finnish|fr French|gl Galician|ka Georgian|de German|el Greek
    gu Gujarati|he Hebrew|hi Hindi|hu Hungarian|is Icelandic|id Indonesian|it Italian|ja Japanese|kn Kannada
    kk Kazakh|km Khmer|ko Korean|ky Kyrgyz|lo Lao|lv Latvian|lt Lithuanian|mk Macedonian|ms Malay|ml Malayalam
    mr Marathi|mn Mongolian|ne Nepali|no Norwegian|fa Persian|pl Polish|pt Portuguese|pt-BR Portuguese (Brazil)
    pt-PT Portuguese (Portugal)|pa Punjabi|ro Romanian|ru Russian|sr Serbian|si Sinhala|sk Slovak|sl Slovenian
    es Spanish|es-419 Spanish (Latin America)|sw Swahili|sv Swedish|ta Tamil|te Telugu|th Thai|tr Turkish
    uk Ukrainian|ur Urdu|uz Uzbek|vi Vietnamese|zu Zulu
"""


@cache
def all_places() -> Sequence[Row]:
    """Every place that is listed."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return [_place(row) for row in csv.DictReader(file)]


@cache
def codes() -> frozenset[int]:
    """The codes of all places."""
    return frozenset(place["location_code"] for place in all_places())


@cache
def names() -> frozenset[str]:
    """The full names of all places."""
    return frozenset(place["location_name"] for place in all_places())


@cache
def all_languages() -> Mapping[str, str]:
    """The name of each language by its code."""
    entries = (entry.strip() for line in _LANGUAGES.strip().splitlines() for entry in line.split("|"))
    return {code: name for code, _, name in (entry.partition(" ") for entry in entries)}


def locations(parts: Parts, country: str = "") -> Row:
    """All places, or those of one country."""
    wanted = country.upper()
    found = [place for place in all_places() if wanted in ("", place["country_iso_code"])]
    path = f"{LOCATIONS}/{country}" if country else LOCATIONS
    data = {
        "api": "serp",
        "function": "locations",
        "se": "google",
        **({"country": country} if country else {}),
    }
    task_id = new_id(parts.clock.now(), "0120")
    if not found:
        return task_row(path, task_id=task_id, code=INVALID_FIELD, detail="country", data=data)
    return task_row(path, task_id=task_id, data=data, result=found)


def languages(parts: Parts) -> Row:
    """All languages."""
    found: list[Row] = [
        {"language_name": name, "language_code": code} for code, name in all_languages().items()
    ]
    data = {"api": "serp", "function": "languages", "se": "google"}
    return task_row(LANGUAGES, task_id=new_id(parts.clock.now(), "0121"), data=data, result=found)


def _place(row: Mapping[str, str]) -> Row:
    parent = row["location_code_parent"]
    return {
        "location_code": int(row["location_code"]),
        "location_name": row["location_name"],
        "location_code_parent": int(parent) if parent else None,
        "country_iso_code": row["country_iso_code"],
        "location_type": row["location_type"],
    }
