"""Countries, languages and time zones."""

from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Workspace
from accounts.places import countries, languages, time_zones


def test_it_knows_the_countries() -> None:
    names = dict(countries())
    assert len(names) > 240
    assert (names["DE"], names["US"]) == ("Germany", "United States")
    assert countries() == sorted(countries(), key=lambda choice: choice[1])


def test_it_knows_the_languages() -> None:
    names = dict(languages())
    assert (names["en"], names["de"]) == ("English", "German")
    assert (names["zh-CN"], names["zh-TW"]) == ("Simplified Chinese", "Traditional Chinese")
    assert "en-gb" not in names


def test_it_offers_only_clocks_that_run() -> None:
    zones = [zone for _, choices in time_zones() for zone, _ in choices]
    assert zones[0] == "UTC"
    assert len(zones) == len(set(zones)) > 400
    assert all(ZoneInfo(zone) for zone in zones)
    assert dict(dict(time_zones())["America"])["America/Argentina/Salta"] == "Argentina, Salta"


def test_it_offers_what_a_new_workspace_has_and_can_keep() -> None:
    new = Workspace()
    assert new.country in dict(countries())
    assert new.language in dict(languages())
    assert new.time_zone in [zone for _, choices in time_zones() for zone, _ in choices]
    assert max(len(code) for code, _ in languages()) <= 8


@pytest.mark.parametrize(
    ("name", "is_known"), [("Europe/Berlin", True), ("Mars/Olympus", False), ("", False)]
)
def test_it_refuses_a_clock_that_does_not_exist(name: str, is_known: bool) -> None:
    workspace = Workspace(name="W", time_zone=name)
    if is_known:
        workspace.clean_fields()
    else:
        with pytest.raises(ValidationError, match="time_zone"):
            workspace.clean_fields()
